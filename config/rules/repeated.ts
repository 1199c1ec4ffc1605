import { type CodeTable, type Draft, drafter, type PathSegment } from "../findings/finding.js";
import type { Facts } from "./facts.js";
import type { RuleSet } from "./rule.js";

const codes = {
  "lists/repeated": {
    severity: "error",
    about:
      "One thing stands in a list twice: three names that are one monitor look like three and are none the safer for it.",
  },
} as const satisfies CodeTable;
const draft = drafter(codes);

/** Lists in which a rule of its own judges what stands there twice, and says more about it. */
const JUDGED_ELSEWHERE: readonly RegExp[] = [
  /^corosync\/links$/,
  /\/ports$/,
  /\/options$/,
  // Slices of a card: two of one size are two of them.
  /\/mig$/,
];

/** No list of this file means more of a thing by naming it again. */
function check({ spec }: Facts): Draft[] {
  return walk(spec, []);
}

function walk(value: unknown, path: readonly PathSegment[]): Draft[] {
  if (Array.isArray(value)) {
    const entries: readonly unknown[] = value;
    const own = JUDGED_ELSEWHERE.some((known) => known.test(path.join("/")))
      ? []
      : entries.flatMap((one, index) => repeated(entries, one, index, path));
    return [...own, ...entries.flatMap((one, index) => walk(one, [...path, index]))];
  }
  return typeof value === "object" && value !== null
    ? Object.entries(value).flatMap(([key, inner]) => walk(inner, [...path, key]))
    : [];
}

function repeated(
  entries: readonly unknown[],
  one: unknown,
  index: number,
  path: readonly PathSegment[],
): Draft[] {
  return (typeof one !== "string" && typeof one !== "number") || entries.indexOf(one) === index
    ? []
    : [
        draft(
          "lists/repeated",
          [...path, index],
          `${one} stands in this list already.`,
          "Remove it, or write what was meant instead.",
        ),
      ];
}

export const repeatedEntries: RuleSet = { subject: "Lists", codes, check };
