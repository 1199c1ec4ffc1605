import { configurationReference } from "./generate/configuration.js";
import { findingsReference } from "./generate/findings.js";
import { stackJsonSchema } from "./generate/json-schema.js";
import { notAppliedReference } from "./generate/not-applied.js";

/** A file that is made from the schema and the rules, and checked to be fresh. */
export interface Generator {
  /** From the repository's root. */
  readonly path: string;
  render(): string;
}

export const generators: readonly Generator[] = [
  { path: "config/generated/stack.schema.json", render: stackJsonSchema },
  { path: "docs/configuration.md", render: configurationReference },
  { path: "docs/findings.md", render: findingsReference },
  { path: "docs/not-applied.md", render: notAppliedReference },
];
