import { section } from "../status/render.js";
import type { Chosen } from "./choose.js";
import type { Verdict } from "./judged.js";
import type { AcceptanceReport, Tested } from "./tested.js";

const WORDS: Readonly<Record<Verdict, string>> = {
  passed: "passed",
  failed: "FAILED",
  "not tried": "NOT TRIED",
  "not asked": "not asked",
  "does not apply": "does not apply",
  "not tested": "not tested",
};

/** The report for a person. */
export function renderAcceptance({ tests }: AcceptanceReport, cluster: string): string {
  const count = (verdict: Verdict): number => tests.filter((one) => one.verdict === verdict).length;
  const head = Object.entries(WORDS)
    .flatMap(([verdict, word]) => {
      const all = tests.filter((one) => one.verdict === verdict).length;
      return all === 0 ? [] : [`${all} ${word}`];
    })
    .join(", ");
  return [
    `${cluster}: ${count("failed") + count("not tried") === 0 ? "accepted as far as it was tested" : "NOT ACCEPTED"}; ${head}`,
    "",
    ...tests.flatMap(linesOf),
    "",
  ].join("\n");
}

function linesOf({ name, title, verdict, figures, why, seconds }: Tested): string[] {
  const took = verdict === "passed" || verdict === "failed" ? ` (${seconds} s)` : "";
  return [
    `${WORDS[verdict].padEnd(15)} ${name}: ${title}${took}`,
    ...figures.map(
      ({ what, value, limit }) => `  ${what}: ${value}${limit === undefined ? "" : `  (${limit})`}`,
    ),
    ...why.map((line) => `  ${line}`),
  ];
}

/** What would be done, for a person who has not decided yet. */
export function renderSuite(chosen: readonly Chosen[]): string {
  return chosen
    .flatMap(({ test, otherwise }) =>
      section(
        `${test.name}: ${test.title}`,
        [
          ["", otherwise === undefined ? "" : `${otherwise.verdict}: ${otherwise.why.join("; ")}`],
          ["before", test.precondition],
          ["action", test.action],
          ["measure", test.measure],
          ["threshold", test.threshold],
          ["way back", test.wayBack],
        ].filter(([, text]) => text !== ""),
      ),
    )
    .join("\n");
}
