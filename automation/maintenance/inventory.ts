import { z } from "zod";
import { ask } from "../../dynamic-providers/transport/pvesh/ask.js";
import { get } from "../../dynamic-providers/transport/pvesh/calls.js";
import type { Shell } from "../../dynamic-providers/transport/ssh/run-options.js";

/** Which guests the cluster has, and how much memory its nodes have left. */
export interface Inventory {
  readonly guests: readonly {
    readonly id: number;
    readonly kind: "vm" | "container";
    readonly node: string;
    readonly running: boolean;
    readonly bytes: number;
    readonly managed: boolean;
  }[];
  readonly nodes: readonly { readonly node: string; readonly freeBytes: number }[];
}

const guestRow = z.object({
  type: z.enum(["qemu", "lxc"]),
  vmid: z.coerce.number(),
  node: z.string(),
  status: z.string(),
  maxmem: z.number().default(0),
  hastate: z.string().optional(),
});
const nodeRow = z.object({
  type: z.literal("node"),
  node: z.string(),
  status: z.string(),
  maxmem: z.number().default(0),
  mem: z.number().default(0),
});
const otherRow = z.object({ type: z.string() });
const RESOURCES = get("/cluster/resources", z.array(z.union([guestRow, nodeRow, otherRow])));

/** Asked of a member with quorum. */
export async function observeInventory(member: Shell): Promise<Inventory> {
  const said = await ask(member, [RESOURCES], {
    verb: "look at guests and memory",
    timeoutMs: 30_000,
    tried: "to look at guests and memory",
    doNext: "Nothing was changed. Look at pveproxy and pvestatd there.",
  });
  const rows = said.of(RESOURCES);
  return {
    guests: rows.flatMap((row) =>
      "vmid" in row
        ? [
            {
              id: row.vmid,
              kind: row.type === "qemu" ? ("vm" as const) : ("container" as const),
              node: row.node,
              running: row.status === "running",
              bytes: row.maxmem,
              managed: row.hastate !== undefined && row.hastate !== "ignored",
            },
          ]
        : [],
    ),
    nodes: rows.flatMap((row) =>
      "mem" in row && row.status === "online"
        ? [{ node: row.node, freeBytes: row.maxmem - row.mem }]
        : [],
    ),
  };
}
