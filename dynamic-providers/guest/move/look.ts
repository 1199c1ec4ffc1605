import { z } from "zod";
import type { Context } from "../../kit/runtime.js";
import { printedOf } from "../../shell/etc-pve.js";
import { ask } from "../../transport/pvesh/ask.js";
import { get } from "../../transport/pvesh/calls.js";
import { look } from "../../transport/pvesh/part.js";
import type { FoundGuest } from "../found.js";
import { sidOf } from "../kinds.js";
import type { GuestState } from "../schema.js";
import type { MoveFacts } from "./obstacles.js";

const storages = z.array(
  z.object({
    storage: z.string(),
    content: z.string(),
    active: z.union([z.literal(0), z.literal(1)]).default(0),
    shared: z.union([z.literal(0), z.literal(1)]).default(0),
    avail: z.number().default(0),
  }),
);

/** The jobs of `/etc/pve/replication.cfg` are called `local: <guest>-<number>`. */
const REPLICATIONS = look(
  "replication jobs",
  printedOf("/etc/pve/replication.cfg", "s/^[a-z]*: *//p"),
  (text) => text.split("\n").filter((line) => line !== ""),
);

/** What its node knows of storages now, and who replicates the guest. */
export async function lookAtStorages(
  { vmid, kind, name, connection }: Pick<GuestState, "vmid" | "kind" | "name" | "connection">,
  { node }: FoundGuest,
  context: Context,
  storagesMayCome: boolean,
): Promise<MoveFacts> {
  const seen = get(`/nodes/${node}/storage`, storages);
  const said = await ask(context.host(connection), [seen, REPLICATIONS], {
    verb: `look at the storages of ${node}`,
    timeoutMs: 120_000,
    tried: `to see where the disks of guest ${name} (${sidOf({ kind, vmid })}) can go`,
    doNext: `Look at \`pvesm status\` on ${node}, then run \`pulumi up\` again.`,
  });
  return {
    storages: new Map(
      said.of(seen).map((one) => [
        one.storage,
        {
          active: one.active === 1,
          content: one.content.split(","),
          freeBytes: one.avail,
          shared: one.shared === 1,
        },
      ]),
    ),
    replications: said.of(REPLICATIONS).filter((job) => job.startsWith(`${vmid}-`)),
    storagesMayCome,
  };
}
