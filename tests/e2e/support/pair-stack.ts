import path from "node:path";
import { OwnStack } from "../../../twin/testing/index.js";

/** The stack of two nodes and a QDevice in a folder of its own, edited between runs as its owner would. */
export class PairStack extends OwnStack {
  constructor() {
    super(path.resolve(__dirname, "..", "..", "fixtures", "stacks", "Pulumi.pair.yaml"));
  }
}

export interface HookLine {
  readonly phase: string;
  readonly when: "before" | "after";
  readonly on: string;
  readonly command: string;
  readonly triggers?: readonly string[];
}

/** The section of hooks as it stands at the end of a stack file. */
export function hooksSection(hooks: readonly HookLine[]): string {
  return `\n    hooks:\n${hooks.map((hook) => `      - ${JSON.stringify(hook)}\n`).join("")}`;
}
