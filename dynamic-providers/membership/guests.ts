import { z } from "zod";
import type { HostShell } from "../shell/shell.js";
import { ask } from "../transport/pvesh/ask.js";
import { get } from "../transport/pvesh/calls.js";
import type { Part } from "../transport/pvesh/part.js";
import type { Answers } from "../transport/pvesh/script.js";
import { NOTHING_DONE } from "../transport/ssh/look.js";

/** What runs on a node, and who looks after it. */
export interface RunningGuests {
  /** Guests that HA moves when the node goes into maintenance: vm:101. */
  readonly managed: readonly string[];
  /** Guests that nobody moves: vm:102 (db). */
  readonly unmanaged: readonly string[];
  /** The node is in HA maintenance already. */
  readonly inMaintenance: boolean;
  /**
   * HA gives guests to the node. One that has just started is neither that nor in maintenance: the manager has not seen it yet, and what its
   * own part of HA last wrote, before the node went, may still say maintenance.
   */
  readonly isCountedOn: boolean;
}

const guests = z.array(
  z.object({ vmid: z.coerce.number(), status: z.string(), name: z.string().optional() }),
);
const resources = z.array(z.object({ sid: z.string(), state: z.string().optional() }));
const manager = z.object({
  manager_status: z.object({ node_status: z.record(z.string(), z.string()).optional() }).optional(),
  lrm_status: z.record(z.string(), z.object({ mode: z.string().optional() })).optional(),
});

const VMS = get("/nodes/localhost/qemu", guests);
const CONTAINERS = get("/nodes/localhost/lxc", guests);
/** HA's answers exist on members only. */
const RESOURCES = get("/cluster/ha/resources", resources);
const MANAGER = get("/cluster/ha/status/manager_status", manager);

export const guestParts = (isMember: boolean): readonly Part<unknown>[] =>
  isMember ? [VMS, CONTAINERS, RESOURCES, MANAGER] : [VMS, CONTAINERS];

/** Reads them, from the node itself: what the cluster knows of it may be seconds old. */
export async function observeGuests(shell: HostShell, isMember: boolean): Promise<RunningGuests> {
  const said = await ask(shell, guestParts(isMember), {
    verb: "look for running guests",
    timeoutMs: 60_000,
    tried: "to look for running guests",
    doNext: `${NOTHING_DONE} Look at pveproxy and pve-cluster there, then run the command again.`,
  });
  return runningGuests(said, isMember, shell.node);
}

export function runningGuests(said: Answers, isMember: boolean, node: string): RunningGuests {
  const known = isMember ? said.of(RESOURCES) : [];
  const { manager_status: seen, lrm_status: own } = isMember ? said.of(MANAGER) : {};
  const state = seen?.node_status?.[node];
  const moved = new Set(known.flatMap(({ sid, state }) => (state === "ignored" ? [] : [sid])));
  const running = [
    ...said.of(VMS).map((guest) => ({ ...guest, sid: `vm:${guest.vmid}` })),
    ...said.of(CONTAINERS).map((guest) => ({ ...guest, sid: `ct:${guest.vmid}` })),
  ].filter((guest) => guest.status === "running");
  return {
    managed: running.flatMap(({ sid }) => (moved.has(sid) ? [sid] : [])),
    unmanaged: running.flatMap(({ sid, name }) =>
      moved.has(sid) ? [] : [name === undefined ? sid : `${sid} (${name})`],
    ),
    inMaintenance: state === "maintenance",
    // Without a manager nobody counts on any node, and nobody leaves one out.
    isCountedOn:
      seen?.node_status === undefined ||
      (state === "online" && own?.[node]?.mode !== "maintenance"),
  };
}
