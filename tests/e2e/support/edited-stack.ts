import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

const repository = path.resolve(__dirname, "..", "..", "..");

/** A stack file of one's own, edited between runs as its owner would. The program reads it as long as it is open. */
export class EditedStack {
  private readonly folder: string;
  readonly committed: string;

  constructor(
    purpose: string,
    readonly stack = "frege",
  ) {
    this.folder = mkdtempSync(path.join(tmpdir(), `${purpose}-`));
    this.committed = readFileSync(path.join(repository, `Pulumi.${stack}.yaml`), "utf8");
    process.env.PROXMOX_HA_PROJECT = this.folder;
    this.write(this.committed);
  }

  write(text: string): void {
    writeFileSync(path.join(this.folder, `Pulumi.${this.stack}.yaml`), text);
  }

  /** The committed text with replacements; one that finds nothing is a mistake of the test. */
  edit(...edits: readonly (readonly [what: string, by: string])[]): string {
    let text = this.committed;
    for (const [what, by] of edits) {
      if (!text.includes(what)) {
        throw new Error(`the stack file has no ${JSON.stringify(what)} any more`);
      }
      text = text.replace(what, by);
    }
    this.write(text);
    return text;
  }

  close(): void {
    delete process.env.PROXMOX_HA_PROJECT;
    rmSync(this.folder, { recursive: true, force: true });
  }
}
