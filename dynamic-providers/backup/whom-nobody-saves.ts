import type { Context } from "../kit/runtime.js";
import { ask } from "../transport/pvesh/ask.js";
import type { SshConnection } from "../transport/ssh/connection.js";
import { UNSAVED } from "./holdings.js";

/** Guests of the cluster that no job saves, by Proxmox's own count; they are said. */
export async function whomNobodySaves(
  connection: SshConnection,
  context: Context,
  doNext: string,
): Promise<string[]> {
  const said = await ask(context.host(connection), [UNSAVED], {
    verb: "look whom no backup job saves",
    timeoutMs: 30_000,
    tried: "to see whom no backup job saves",
    doNext,
  });
  const unsaved = said.of(UNSAVED);
  if (unsaved.length > 0) {
    context.log.say(`no backup job saves ${unsaved.join(", ")}`);
  }
  return unsaved;
}
