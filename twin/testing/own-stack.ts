import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

/**
 * A stack file in a folder of its own, edited between runs as its owner would; by name it is found while it is open. A test that
 * needs less of the file than is committed gives its own text for that.
 */
export class OwnStack {
  readonly stack: string;
  readonly folder: string;
  readonly committed: string;

  constructor(file: string, committed = readFileSync(file, "utf8")) {
    this.stack = path.basename(file).replace(/^Pulumi\.(.+)\.yaml$/, "$1");
    this.committed = committed;
    this.folder = mkdtempSync(path.join(tmpdir(), `${this.stack}-`));
    process.env.PROXMOX_HA_PROJECT = this.folder;
    this.write();
  }

  /** The committed text with replacements and lines at its end; a replacement that finds nothing is a mistake of the test. */
  write(edits: readonly (readonly [what: string, by: string])[] = [], tail = ""): void {
    let text = this.committed;
    for (const [what, by] of edits) {
      if (!text.includes(what)) {
        throw new Error(`the stack file has no ${JSON.stringify(what)} any more`);
      }
      text = text.replace(what, by);
    }
    this.put(`${text}${tail}`);
  }

  /** A text of the test's own. */
  put(text: string): void {
    writeFileSync(path.join(this.folder, `Pulumi.${this.stack}.yaml`), text);
  }

  close(): void {
    delete process.env.PROXMOX_HA_PROJECT;
    rmSync(this.folder, { recursive: true, force: true });
  }
}
