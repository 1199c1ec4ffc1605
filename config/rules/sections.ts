import { list } from "../findings/enumeration.js";
import { type CodeTable, type Draft, drafter } from "../findings/finding.js";
import { pathText } from "../findings/path.js";
import { isLeftOut, NOT_APPLIED, placesOf } from "../not-applied.js";
import type { Facts } from "./facts.js";
import type { RuleSet } from "./rule.js";

const codes = {
  "section/not-applied": {
    severity: "warning",
    about:
      "The part is checked as strictly as the others, and what it describes is not made yet. docs/not-applied.md lists all such parts.",
  },
} as const satisfies CodeTable;
const draft = drafter(codes);

/** Said once for each part, however many nodes have it. */
function check({ spec, written }: Facts): Draft[] {
  return NOT_APPLIED.flatMap((part) => {
    const asked = part.unless?.(spec);
    const [first, ...others] = placesOf(part, written);
    const because =
      asked === undefined ? "" : `, because of ${list(asked)}, which this version cannot make`;
    return first === undefined || !isLeftOut(part, spec)
      ? []
      : [
          draft(
            "section/not-applied",
            first,
            `\`${pathText(first)}\`${others.length === 0 ? "" : ` (and ${others.length} more like it)`} is checked here and not applied by this version${because}.`,
            part.instead,
            { atKey: true },
          ),
        ];
  });
}

export const sections: RuleSet = { subject: "Sections", codes, check };
