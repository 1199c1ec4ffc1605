import { type FailureKind, kindsIn, unmarked } from "../../config/failure/kind.js";
import { nameOf, plain } from "./steps.js";

export interface Diagnostic {
  readonly severity: "error" | "warning" | "info";
  /** Without marks of any kind. */
  readonly text: string;
  /** Of an error: what it means for the exit status. */
  readonly kinds: readonly FailureKind[];
  readonly line: string;
}

/** What the engine says beside its steps; undefined for what is meant for its makers. */
export function diagnosticOf(event: {
  readonly severity: string;
  readonly message: string;
  readonly urn?: string;
  readonly ephemeral?: boolean;
}): Diagnostic | undefined {
  const said = plain(event.message).trimEnd();
  const text = unmarked(said);
  // The Automation API asks the engine for debug messages as well.
  if (text.trim() === "" || event.ephemeral === true || event.severity === "debug") {
    return undefined;
  }
  const prefix = event.urn === undefined ? "" : `${nameOf(event.urn)}: `;
  switch (event.severity) {
    case "error":
      return {
        severity: "error",
        text,
        kinds: kindsIn(said),
        line: `  error      ${prefix}${text}`,
      };
    case "warning":
      return { severity: "warning", text, kinds: [], line: `  warning    ${prefix}${text}` };
    default:
      return { severity: "info", text, kinds: [], line: `  ${prefix}${text}` };
  }
}
