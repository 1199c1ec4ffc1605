import { randomUUID } from "node:crypto";
import { rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { STOP_VARIABLE } from "../../dynamic-providers/transport/base/run-words.js";

/** A run's word to its resources that they are to wait no longer, which they look for between two looks. */
export class StopWord {
  private readonly file = path.join(tmpdir(), `proxmox-ha-stop-${randomUUID()}`);

  get env(): Readonly<Record<string, string>> {
    return { [STOP_VARIABLE]: this.file };
  }

  give(): void {
    writeFileSync(this.file, "", { flag: "wx", mode: 0o600 });
  }

  over(): void {
    rmSync(this.file, { force: true });
  }
}
