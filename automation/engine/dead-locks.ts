import { existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { hostname } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { z } from "zod";

const lock = z.object({ pid: z.int().positive(), hostname: z.string(), timestamp: z.string() });

/** What this needs to know of the machine. */
export interface Machine {
  readonly hostname: string;
  /** The name of the program with this process id, or undefined when there is none. */
  readonly programOf: (pid: number) => string | undefined;
}

const thisMachine: Machine = {
  hostname: hostname(),
  programOf: (pid) => {
    try {
      const status = readFileSync(`/proc/${pid}/status`, "utf8");
      // A killed process stands in the table until its parent has asked for its end; it holds nothing any more.
      return /^State:\s+[ZX]/m.test(status) ? undefined : /^Name:\s+(\S+)/m.exec(status)?.[1];
    } catch {
      return undefined;
    }
  },
};

/**
 * Removes the locks that runs of Pulumi on this machine left behind when they were killed, so that the next run can go
 * on. A lock of a run that lives, or of another machine, stays: only a person can know about that.
 * @returns what was removed, as sentences
 */
export function releaseDeadLocks(
  backendUrl: string | undefined,
  stack: string,
  machine: Machine = thisMachine,
): string[] {
  if (backendUrl?.startsWith("file:///") !== true || machine.programOf(process.pid) === undefined) {
    return [];
  }
  const folder = path.join(fileURLToPath(backendUrl), ".pulumi", "locks", "organization");
  return (existsSync(folder) ? readdirSync(folder) : [])
    .map((project) => path.join(folder, project, stack))
    .filter((locks) => existsSync(locks))
    .flatMap((locks) => readdirSync(locks).map((name) => path.join(locks, name)))
    .filter((file) => file.endsWith(".json"))
    .flatMap((file) => {
      const held = readLock(file);
      if (held === undefined || held.hostname !== machine.hostname) {
        return [];
      }
      if (machine.programOf(held.pid)?.startsWith("pulumi") === true) {
        return [];
      }
      rmSync(file, { force: true });
      rmSync(`${file}.attrs`, { force: true });
      return [`The run of ${held.timestamp.slice(0, 19)}Z was killed; its lock is released.`];
    });
}

/** A lock that cannot be read is Pulumi's to complain about. */
function readLock(file: string): z.output<typeof lock> | undefined {
  try {
    return lock.safeParse(JSON.parse(readFileSync(file, "utf8"))).data;
  } catch {
    return undefined;
  }
}
