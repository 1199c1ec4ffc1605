import { z } from "zod";
import { parseJson } from "../../transport/base/json.js";
import { expectAnswer, type HostShell } from "../shell.js";

/** What runs on a node, and who looks after it. */
export interface RunningGuests {
  /** Guests that HA moves when the node goes into maintenance: vm:101. */
  readonly managed: readonly string[];
  /** Guests that nobody moves: vm:102 (db). */
  readonly unmanaged: readonly string[];
  /** The node is in HA maintenance already. */
  readonly inMaintenance: boolean;
}

const MARK = "@@proxmox-ha-guests@@";
const get = (path: string): string =>
  `printf '\\n${MARK}\\n'; pvesh get ${path} --output-format json || exit 1`;

/** HA's answers exist on members only. */
const script = (isMember: boolean): string =>
  [
    "export LC_ALL=C",
    get("/nodes/localhost/qemu"),
    get("/nodes/localhost/lxc"),
    ...(isMember ? [get("/cluster/ha/resources"), get("/cluster/ha/status/manager_status")] : []),
  ].join("\n");

const guests = z.array(
  z.object({ vmid: z.coerce.number(), status: z.string(), name: z.string().optional() }),
);
const resources = z.array(z.object({ sid: z.string(), state: z.string().optional() }));
const manager = z.object({
  manager_status: z.object({ node_status: z.record(z.string(), z.string()).optional() }).optional(),
});

/** Reads them, from the node itself: what the cluster knows of it may be seconds old. */
export async function observeGuests(shell: HostShell, isMember: boolean): Promise<RunningGuests> {
  const result = await shell.run(script(isMember), {
    timeoutMs: 60_000,
    repeatable: true,
    verb: "look for running guests",
  });
  const found = result.status === 0 ? parseGuests(result.stdout, shell.node) : undefined;
  return expectAnswer(found, result, {
    tried: "looking for running guests before a restart",
    node: shell.node,
    doNext:
      "Nothing was restarted. Look at pveproxy and pve-cluster there, then run `pulumi up` again.",
  });
}

/** Undefined when an answer is missing: no answer is not the same as no guest. */
export function parseGuests(output: string, node: string): RunningGuests | undefined {
  const [, ...answers] = output.split(`\n${MARK}\n`);
  const [vms, cts, listed, status] = answers.map((answer) => parseJson(answer.trim()));
  const machines = guests.safeParse(vms);
  const containers = guests.safeParse(cts);
  const known = resources.safeParse(listed ?? []);
  const states = manager.safeParse(status ?? {});
  if (!machines.success || !containers.success || !known.success || !states.success) {
    return undefined;
  }
  const moved = new Set(known.data.flatMap(({ sid, state }) => (state === "ignored" ? [] : [sid])));
  const running = [
    ...machines.data.map((guest) => ({ ...guest, sid: `vm:${guest.vmid}` })),
    ...containers.data.map((guest) => ({ ...guest, sid: `ct:${guest.vmid}` })),
  ].filter((guest) => guest.status === "running");
  return {
    managed: running.flatMap(({ sid }) => (moved.has(sid) ? [sid] : [])),
    unmanaged: running.flatMap(({ sid, name }) =>
      moved.has(sid) ? [] : [name === undefined ? sid : `${sid} (${name})`],
    ),
    inMaintenance: states.data.manager_status?.node_status?.[node] === "maintenance",
  };
}
