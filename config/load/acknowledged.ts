import { closest } from "../findings/closest.js";
import { DOCTOR_CODES } from "../findings/doctor-codes.js";
import { type Draft, drafter, type Severity } from "../findings/finding.js";
import { ALL_RULE_SETS } from "../rules/index.js";
import { loadCodes } from "./codes.js";

const draft = drafter(loadCodes);

const SEVERITIES: ReadonlyMap<string, Severity> = new Map(
  [loadCodes, ...ALL_RULE_SETS.map(({ codes }) => codes)].flatMap((table) =>
    Object.entries(table).map(([code, { severity }]) => [code, severity] as const),
  ),
);

export interface Told {
  readonly drafts: readonly Draft[];
  /** Warnings that the file says are known and meant so. */
  readonly acknowledged: number;
}

/**
 * Leaves out the warnings whose codes the file acknowledges. An acknowledgement that hides nothing is told, or it would hide a later
 * warning that nobody has read.
 * @param whole whether every rule could look at what it needs; else a warning may be missing for want of it
 */
export function withoutAcknowledged(
  drafts: readonly Draft[],
  codes: readonly string[],
  whole: boolean,
): Told {
  const told = drafts.filter(({ code, severity }) => severity === "error" || !codes.includes(code));
  const judged = whole && drafts.every(({ severity }) => severity === "warning");
  const met = new Set(drafts.map(({ code }) => code));
  const wrong = codes.flatMap((code, index) => {
    const mistake = mistakeIn(code) ?? (judged && !met.has(code) ? unneeded(code) : undefined);
    return mistake === undefined ? [] : [mistake(["acknowledged", index])];
  });
  return { drafts: [...told, ...wrong], acknowledged: drafts.length - told.length };
}

type Place = Draft["path"];

function mistakeIn(code: string): ((path: Place) => Draft) | undefined {
  switch (SEVERITIES.get(code)) {
    case "warning":
      return undefined;
    case "error":
      return (path) =>
        draft(
          "acknowledged/error",
          path,
          `${code} is an error, and errors cannot be acknowledged.`,
          "Remove the line, and mend what the error tells of.",
        );
    case undefined:
      return Object.hasOwn(DOCTOR_CODES, code) ? undefined : unknown(code);
  }
}

function unknown(code: string): (path: Place) => Draft {
  const warnings = [...SEVERITIES].flatMap(([known, severity]) =>
    severity === "warning" ? [known] : [],
  );
  const meant = closest(code, [...warnings, ...Object.keys(DOCTOR_CODES)]);
  return (path) =>
    draft(
      "acknowledged/unknown",
      path,
      `There is no warning with the code ${code}.`,
      meant === undefined
        ? "Write a code as `validate` or `doctor` prints it, such as `section/not-applied`."
        : `Did you mean \`${meant}\`?`,
    );
}

/** What only `doctor` can find is left to it. */
function unneeded(code: string): ((path: Place) => Draft) | undefined {
  return Object.hasOwn(DOCTOR_CODES, code)
    ? undefined
    : (path) =>
        draft(
          "acknowledged/unneeded",
          path,
          `Nothing in this file has the warning ${code}.`,
          "Remove the line; it would hide the warning when it comes.",
        );
}
