import { z } from "zod";
import { Failure } from "../../../config/failure/failure.js";
import type { Context } from "../../kit/runtime.js";
import { ask } from "../../transport/pvesh/ask.js";
import { get, startTask, tell } from "../../transport/pvesh/calls.js";
import type { FoundGuest } from "../found.js";
import { sidOf, toolOf } from "../kinds.js";
import { lookAt } from "../observe.js";
import type { GuestState } from "../schema.js";

const config = z
  .record(z.string(), z.union([z.string(), z.number()]))
  .and(z.object({ digest: z.string() }));
/** As long as the client follows a task, and what it takes to start and read it. */
const TASK_MS = 330_000;

/** Frees the volume as Proxmox does with an unused one: not if a snapshot has it, and not if somebody changed the guest since it was read. */
export async function removeOldCopy(
  volume: string,
  { node, kind }: FoundGuest,
  guest: GuestState,
  context: Context,
): Promise<void> {
  const { vmid: id, name, connection } = guest;
  const host = context.host(connection);
  const purpose = {
    verb: `remove the old copy ${volume}`,
    timeoutMs: TASK_MS,
    tried: `to remove ${volume}, the old copy of a disk of guest ${name} (${sidOf(guest)})`,
    doNext: `The guest has the new one, and nothing is lost. Look at its tasks on ${node}, then run \`pulumi up\` again.`,
  };
  const read =
    kind === "vm"
      ? get(`/nodes/${node}/qemu/${id}/config`, config)
      : get(`/nodes/${node}/lxc/${id}/config`, config);
  const { digest, ...settings } = (await ask(host, [read], purpose)).of(read);
  const [key] =
    Object.entries(settings).find(
      ([slot, value]) => /^unused\d+$/.test(slot) && value === volume,
    ) ?? [];
  if (key === undefined) {
    return;
  }
  const parameters = { delete: key, digest };
  const told =
    kind === "vm"
      ? startTask("create", `/nodes/${node}/qemu/${id}/config`, parameters)
      : tell("set", `/nodes/${node}/lxc/${id}/config`, parameters);
  const said = await ask(host, [told], purpose);
  said.of(told);
  const after = await lookAt(guest, context);
  if (Object.entries(after?.now ?? {}).some(([slot, value]) => slot === key && value === volume)) {
    throw new Failure("failed", {
      tried: purpose.tried,
      where: node,
      cameBack: `Proxmox took the call, and ${key} still is ${volume}`,
      doNext: `The guest has the new copy. Look why at \`${toolOf(guest)} set ${id} --delete ${key}\` on ${node}, then run \`pulumi up\` again.`,
    });
  }
}
