import type { CodeTable } from "../findings/finding.js";
import { loadCodes } from "../load/codes.js";
import { ALL_RULE_SETS } from "../rules/index.js";
import { code, table } from "./markdown.js";

/** Every code that `validate` and `pulumi preview` can print. */
export function findingsReference(): string {
  const sections: readonly (readonly [string, CodeTable])[] = [
    ["The file and its fields", loadCodes],
    ...ALL_RULE_SETS.map(({ subject, codes }) => [subject, codes] as const),
  ];
  return `${[
    "# Findings",
    "",
    "Made from the rules by `npm run generate`; do not edit.",
    "",
    "`npx proxmox-ha validate` and `pulumi preview` print findings with these codes. An error stops everything before a host is",
    "touched; a warning is printed and nothing more. Codes stay the same across versions, so one that is known and meant so can",
    "be named in the stack file, as `acknowledged: [section/not-applied]`. It is counted and not printed from then on.",
    ...sections.flatMap(([subject, codes]) => [
      "",
      `## ${subject}`,
      "",
      table(
        ["code", "severity", "why it is reported"],
        Object.entries(codes).map(([name, { severity, about }]) => [code(name), severity, about]),
      ),
    ]),
  ].join("\n")}\n`;
}
