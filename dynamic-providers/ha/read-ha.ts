import type { Host } from "../kit/runtime.js";
import { ask } from "../transport/pvesh/ask.js";
import type { Answers } from "../transport/pvesh/script.js";
import { haParts } from "./managed-facts.js";

export const HA_COMMAND_MS = 60_000;

/**
 * What a member knows of guests and HA. A refresh asks once for all resources that want to know; a run asks anew, because
 * what it just made must be seen.
 */
export async function readHa(host: Host, major: 8 | 9, refresh: boolean): Promise<Answers> {
  const asked = (): Promise<Answers> =>
    ask(host, haParts(major), {
      verb: "read guests and HA",
      timeoutMs: HA_COMMAND_MS,
      tried: "to read which guests exist and what HA knows",
      doNext: "It needs quorum: look at `pvecm status` there, then repeat.",
    });
  return refresh ? await host.once("ha", asked) : await asked();
}
