import type { z } from "zod";
import type { Host } from "../kit/runtime.js";
import { CEPH } from "../shell/ceph.js";
import { ask } from "../transport/pvesh/ask.js";
import { parsed } from "../transport/pvesh/calls.js";
import { act, look, type Part } from "../transport/pvesh/part.js";
import { command, sh } from "../transport/ssh/quoting.js";

/** A question to the monitors in Ceph's own words. */
export function askCeph<Answer>(words: readonly string[], schema: z.ZodType<Answer>): Part<Answer> {
  return look(
    command("ceph", ...words),
    sh`${[...CEPH, ...words]} --format json < /dev/null`,
    (text) => parsed(schema, text),
  );
}

/** A command that Proxmox has no call for. It may be given twice; whoever gives it looks again afterwards. */
export function tellCeph(...words: readonly string[]): Part<void> {
  return act(command("ceph", ...words), sh`${[...CEPH, ...words]} < /dev/null`);
}

/** Gives several commands in one round trip; what was cut in between is given again. `verb` follows "to". */
export async function tellAll(
  host: Host,
  told: readonly Part<void>[],
  { verb, doNext }: { readonly verb: string; readonly doNext: string },
): Promise<void> {
  try {
    await ask(host, told, {
      verb,
      timeoutMs: 60_000 + 60_000 * told.length,
      repeatable: true,
      tried: `to ${verb}`,
      doNext,
    });
  } finally {
    host.forget();
  }
}
