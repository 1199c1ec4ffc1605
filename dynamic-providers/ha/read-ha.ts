import type { ShellResult } from "../host/shell.js";
import type { Host } from "../kit/runtime.js";
import { factsScript } from "./managed-facts.js";

const COMMAND_MS = 60_000;

/**
 * What a member knows of guests and HA. A refresh asks once for all resources that want to know; a run asks anew, because
 * what it just made must be seen.
 */
export async function readHa(host: Host, major: 8 | 9, refresh: boolean): Promise<ShellResult> {
  const ask = (): Promise<ShellResult> =>
    host.run(factsScript(major), {
      timeoutMs: COMMAND_MS,
      repeatable: true,
      verb: "read guests and HA",
    });
  return refresh ? await host.once("ha", ask) : await ask();
}
