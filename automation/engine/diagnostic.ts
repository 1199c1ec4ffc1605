import { nameOf, plain } from "./steps.js";

export interface Diagnostic {
  readonly severity: "error" | "warning" | "info";
  /** Without marks, as the exit status wants it. */
  readonly text: string;
  readonly line: string;
}

/** What the engine says beside its steps; undefined for what is meant for its makers. */
export function diagnosticOf(event: {
  readonly severity: string;
  readonly message: string;
  readonly urn?: string;
  readonly ephemeral?: boolean;
}): Diagnostic | undefined {
  const text = plain(event.message).trimEnd();
  // The Automation API asks the engine for debug messages as well.
  if (text.trim() === "" || event.ephemeral === true || event.severity === "debug") {
    return undefined;
  }
  const prefix = event.urn === undefined ? "" : `${nameOf(event.urn)}: `;
  switch (event.severity) {
    case "error":
      return { severity: "error", text, line: `  error      ${prefix}${text}` };
    case "warning":
      return { severity: "warning", text, line: `  warning    ${prefix}${text}` };
    default:
      return { severity: "info", text, line: `  ${prefix}${text}` };
  }
}
