import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

const committed = readFileSync(
  path.resolve(__dirname, "..", "..", "fixtures", "stacks", "Pulumi.pair.yaml"),
  "utf8",
);

/** The stack of two nodes and a QDevice in a folder of its own, edited between runs as its owner would. */
export class PairStack {
  readonly stack = "pair";
  readonly folder = mkdtempSync(path.join(tmpdir(), "pair-"));

  constructor() {
    process.env.PROXMOX_HA_PROJECT = this.folder;
    this.write();
  }

  /** The committed text with replacements and lines at its end; a replacement that finds nothing is a mistake of the test. */
  write(edits: readonly (readonly [what: string, by: string])[] = [], tail = ""): void {
    let text = committed;
    for (const [what, by] of edits) {
      if (!text.includes(what)) {
        throw new Error(`the stack file has no ${JSON.stringify(what)} any more`);
      }
      text = text.replace(what, by);
    }
    writeFileSync(path.join(this.folder, `Pulumi.${this.stack}.yaml`), `${text}${tail}`);
  }

  close(): void {
    delete process.env.PROXMOX_HA_PROJECT;
    rmSync(this.folder, { recursive: true, force: true });
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
