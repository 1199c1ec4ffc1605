import { type Draft, drafter, type Finding } from "../findings/finding.js";
import { loadCodes } from "./codes.js";

/** Nobody reads more of one file, and the first ones explain most of the others. */
export const MOST_FINDINGS = 100;

const draft = drafter(loadCodes);

export function furtherMistakes(count: number): Draft {
  return draft(
    "file/more",
    [],
    count === 1 ? "There is 1 further finding." : `There are ${count} further findings.`,
    "Correct what is shown and check the file again.",
  );
}

/** Errors first where there are too many, in the order of the file again afterwards. */
export function capped(findings: readonly Finding[]): readonly Finding[] {
  if (findings.length <= MOST_FINDINGS + 1) {
    return findings;
  }
  const kept = new Set(
    [...findings]
      .sort((a, b) => Number(a.severity === "warning") - Number(b.severity === "warning"))
      .slice(0, MOST_FINDINGS),
  );
  const dropped = findings.filter((one) => !kept.has(one));
  const { what, fix } = furtherMistakes(dropped.length);
  const severity = dropped.some((one) => one.severity === "error") ? "error" : "warning";
  return [
    ...findings.filter((one) => kept.has(one)),
    { code: "file/more", severity, path: "", what, fix },
  ];
}
