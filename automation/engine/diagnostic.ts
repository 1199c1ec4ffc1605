import { type FailureKind, kindsIn, unmarked } from "../../config/failure/kind.js";
import { nameOf, plain } from "./steps.js";

export interface Diagnostic {
  readonly severity: "error" | "warning" | "info";
  /** Name of the resource that it is about. */
  readonly subject: string | undefined;
  /** Without marks of any kind. */
  readonly text: string;
  /** Of an error: what it means for the exit status. */
  readonly kinds: readonly FailureKind[];
  readonly line: string;
}

/** How the CLI begins what a provider refuses in its check; the line names the resource already. */
const OF_ITS_TYPE = /^\S+ resource '[^']+' has a problem: /;

/** What the engine says beside its steps; undefined for what is meant for its makers. */
export function diagnosticOf(event: {
  readonly severity: string;
  readonly message: string;
  readonly urn?: string;
  readonly ephemeral?: boolean;
}): Diagnostic | undefined {
  const said = plain(event.message).trimEnd();
  const text = unmarked(said).replace(OF_ITS_TYPE, "");
  // The Automation API asks the engine for debug messages as well.
  if (text.trim() === "" || event.ephemeral === true || event.severity === "debug") {
    return undefined;
  }
  const subject = event.urn === undefined ? undefined : nameOf(event.urn);
  const common = { subject, text, kinds: kindsIn(said) };
  switch (event.severity) {
    case "error":
      return { ...common, severity: "error", line: errorLine(subject, text) };
    case "warning":
      return { ...common, severity: "warning", line: `  warning    ${prefix(subject)}${text}` };
    default:
      return { ...common, severity: "info", line: `  ${prefix(subject)}${text}` };
  }
}

export function errorLine(subject: string | undefined, text: string): string {
  return `  error      ${prefix(subject)}${text}`;
}

const prefix = (subject: string | undefined): string =>
  subject === undefined ? "" : `${subject}: `;
