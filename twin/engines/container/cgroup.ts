import { existsSync, readdirSync, readFileSync, rmdirSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { killNow } from "../../process/kill.js";

/** The unified hierarchy of control groups, wherever this machine shows it. */
export function unifiedHierarchy(
  mounts = readFileSync("/proc/self/mounts", "utf8"),
): string | undefined {
  return mounts
    .split("\n")
    .map((line) => line.split(" "))
    .find(([, , type]) => type === "cgroup2")?.[1];
}

/** A control group that holds all processes of one part of a twin, so that none of them can be lost. */
export class ControlGroup {
  constructor(readonly path: string) {}

  child(name: string): ControlGroup {
    return new ControlGroup(join(this.path, name));
  }

  async make(): Promise<void> {
    await mkdir(this.path, { recursive: true });
  }

  get procsFile(): string {
    return join(this.path, "cgroup.procs");
  }

  /** Every process in it and below. */
  processes(): number[] {
    if (!existsSync(this.path)) return [];
    const own = readQuietly(this.procsFile).split("\n").filter(Boolean).map(Number);
    return [...own, ...this.#children().flatMap((child) => child.processes())];
  }

  async setFrozen(frozen: boolean): Promise<void> {
    await writeFile(join(this.path, "cgroup.freeze"), frozen ? "1" : "0");
  }

  /** Kills what is left inside and removes the group; `cgroup.kill` would poison a later group of this name. */
  async destroy(spare: readonly number[] = []): Promise<void> {
    const deadline = Date.now() + 10_000;
    while (existsSync(this.path)) {
      const left = this.processes().filter((pid) => !spare.includes(pid));
      for (const pid of left) killNow(pid);
      if (left.length === 0 && this.#removeTree()) return;
      if (Date.now() > deadline) {
        throw new Error(
          `processes ${left.join(", ")} of ${this.path} do not end; they wait for a device or a file system`,
        );
      }
      await sleep(20);
    }
  }

  #children(): ControlGroup[] {
    try {
      return readdirSync(this.path, { withFileTypes: true })
        .filter((entry) => entry.isDirectory())
        .map((entry) => this.child(entry.name));
    } catch {
      return [];
    }
  }

  #removeTree(): boolean {
    const childrenGone = this.#children()
      .map((child) => child.#removeTree())
      .every(Boolean);
    if (!childrenGone) return false;
    try {
      rmdirSync(this.path);
      return true;
    } catch {
      return !existsSync(this.path);
    }
  }
}

function readQuietly(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}
