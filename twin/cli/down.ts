import { existsSync, readFileSync, rmdirSync, rmSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { allEngines } from "../engines/index.js";
import { TWINS_RUN_DIR, twinPaths } from "../paths.js";
import { killNow } from "../process/kill.js";
import { ask, isAnswering } from "./client.js";

const stateSchema = z.object({ pid: z.int() });

/** Ends a twin in order where its supervisor lives, and by force where it does not. */
export async function down(name: string): Promise<string[]> {
  const paths = twinPaths(name);
  if (await isAnswering(paths)) {
    await ask(name, "POST", "/down").catch(() => undefined);
    const deadline = Date.now() + 5_000;
    while (existsSync(paths.run) && Date.now() < deadline) await sleep(50);
  }
  return sweepTwin(name);
}

/** Removes whatever is left of a twin, whether or not anybody watches over it. */
export async function sweepTwin(name: string): Promise<string[]> {
  const paths = twinPaths(name);
  const found: string[] = [];
  const pid = supervisorPid(paths.state);
  if (pid !== undefined && killNow(pid)) found.push("its supervisor");
  if (process.getuid?.() === 0) {
    for (const engine of allEngines()) found.push(...(await engine.sweep(name)));
  }
  if (existsSync(paths.run)) {
    rmSync(paths.run, { recursive: true, force: true });
    found.push(paths.run);
  }
  for (const folder of [TWINS_RUN_DIR, "/run/proxmox-ha"]) {
    try {
      rmdirSync(folder);
    } catch {
      // Another twin lives there, or nobody ever did.
    }
  }
  return found;
}

/** The process that watches over a twin, if it lives. */
export function supervisorPid(file: string): number | undefined {
  if (!existsSync(file)) return undefined;
  const { pid } = stateSchema.parse(JSON.parse(readFileSync(file, "utf8")));
  // A number may have been given to somebody else since.
  const command = existsSync(`/proc/${pid}/cmdline`)
    ? readFileSync(`/proc/${pid}/cmdline`, "utf8")
    : "";
  return command.includes("supervisor/main.js") ? pid : undefined;
}
