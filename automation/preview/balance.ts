import { z } from "zod";
import { type CephForecast, forecast } from "../../config/plan/ceph-forecast.js";
import type { ClusterPlan } from "../../config/plan/index.js";
import { quorumOf, sum } from "../../config/plan/votes.js";
import { isNew, type PlannedChange } from "./planned-change.js";
import { nodeOf } from "./risks.js";

interface Votes {
  readonly expected: number;
  /** So many must be present. */
  readonly needed: number;
}

interface NodeMemory {
  readonly node: string;
  /** What its guests are given, by the node on which the file makes each of them. */
  readonly beforeBytes: number;
  readonly afterBytes: number;
  /** What it has for guests, where its hardware is known. */
  readonly roomBytes?: number;
}

interface CephState {
  readonly osds: number;
  readonly rawBytes?: number;
  /** Data that fits until Ceph warns of its fullest disk: of the pool of which least fits, where the size of each disk is known. */
  readonly fitsBytes?: number;
}

/** What the cluster has before and after the run. */
export interface Balance {
  /** Before: undefined where nothing is recorded of a cluster. */
  readonly votes: { readonly before?: Votes; readonly after: Votes };
  /** Of the nodes that have guests, before or after. */
  readonly memory: readonly NodeMemory[];
  /** Where the file has one that is made. */
  readonly ceph?: { readonly before: CephState; readonly after: CephState };
}

/** What a balance has to know of the plan. */
export interface Means {
  readonly plan: Pick<ClusterPlan, "corosync" | "ceph">;
  /** Bytes for guests, by node. */
  readonly room: Readonly<Record<string, number>>;
}

/** By what is recorded and what is wanted: no host is asked. */
export function balanceOf(changes: readonly PlannedChange[], { plan, room }: Means): Balance {
  const { expectedVotes: expected, quorum: needed } = plan.corosync.quorum;
  const before = votesBefore(changes);
  const ceph = cephOf(changes, plan.ceph);
  return {
    votes: { ...(before === undefined ? {} : { before }), after: { expected, needed } },
    memory: memoryOf(changes, room),
    ...(ceph === undefined ? {} : { ceph }),
  };
}

const counted = z.object({ members: z.array(z.object({ votes: z.number() })) });
const listed = z.object({ nodes: z.array(z.string()).min(1) });
const device = z.object({ votes: z.number() });

/** As the last run left it. */
function votesBefore(changes: readonly PlannedChange[]): Votes | undefined {
  const known = <T>(kind: string, schema: z.ZodType<T>): T | undefined =>
    changes
      .filter((one) => one.kind === kind)
      .flatMap(({ before }) => schema.safeParse(before).data ?? [])[0];
  const members = known("pvecm/Links", counted)?.members;
  const nodes =
    members?.map(({ votes }) => votes) ?? known("pvecm/Roster", listed)?.nodes.map(() => 1);
  // A run that was cut before the founding has recorded the nodes already.
  if (nodes === undefined || isNew(changes)) {
    return undefined;
  }
  const expected = sum(nodes) + (known("pvecm/Qdevice", device)?.votes ?? 0);
  return { expected, needed: quorumOf(expected) };
}

const MIB = 2 ** 20;
const mib = z.string().regex(/^\d+$/).transform(Number);
const guest = z.object({
  node: z.string(),
  settings: z.object({ memory: mib.optional() }),
  worded: z.object({ memory: z.object({ current: mib }).optional() }).default({}),
});

function memoryIn(inputs: unknown): { readonly node: string; readonly bytes: number }[] {
  const { data } = guest.safeParse(inputs);
  const amount = data?.worded.memory?.current ?? data?.settings.memory;
  return data === undefined || amount === undefined
    ? []
    : [{ node: data.node, bytes: amount * MIB }];
}

function memoryOf(changes: readonly PlannedChange[], room: Means["room"]): NodeMemory[] {
  const guests = changes.filter(({ kind }) => kind === "guest/Vm" || kind === "guest/Container");
  const before = guests.flatMap((one) => memoryIn(one.before));
  const after = guests.flatMap((one) => memoryIn(one.after));
  const nodes = [...new Set([...before, ...after].map(({ node }) => node))].sort();
  const on = (all: typeof before, node: string): number =>
    sum(all.flatMap((one) => (one.node === node ? [one.bytes] : [])));
  return nodes.map((node) => {
    const roomBytes = room[node];
    return {
      node,
      beforeBytes: on(before, node),
      afterBytes: on(after, node),
      ...(roomBytes === undefined ? {} : { roomBytes }),
    };
  });
}

type CephPlan = NonNullable<ClusterPlan["ceph"]>;
type Osds = Parameters<typeof forecast>[0]["osds"];

const chosen = z.object({
  disks: z
    .array(
      z.object({
        class: z.enum(["hdd", "ssd", "nvme"]),
        sizeBytes: z.number(),
        partitionBytes: z.number().optional(),
        perDevice: z.number().default(1),
      }),
    )
    .min(1),
});

/** OSDs of the disks that a host's wish has come to mean. */
function osdsIn(node: string, inputs: unknown): Osds {
  const disks = chosen.safeParse(inputs).data?.disks ?? [];
  return disks.flatMap(({ class: is, sizeBytes, partitionBytes, perDevice }) =>
    Array.from({ length: perDevice }, () => ({
      node,
      rule: { class: is },
      sizeBytes: (partitionBytes ?? sizeBytes) / perDevice,
    })),
  );
}

function cephOf(
  changes: readonly PlannedChange[],
  ceph: CephPlan | undefined,
): Balance["ceph"] | undefined {
  if (ceph === undefined || ceph.withheld.length > 0) {
    return undefined;
  }
  return {
    before: stateOf(ceph, osdsOf(changes, ceph, "before")),
    after: stateOf(ceph, osdsOf(changes, ceph, "after")),
  };
}

/** All OSDs of the cluster; where no disk was chosen yet, because its host was not seen, by what the file says of them. */
export function osdsOf(
  changes: readonly PlannedChange[],
  ceph: CephPlan,
  when: "before" | "after",
): Osds {
  return changes.flatMap((change) => {
    const node = change.kind === "pveceph/Osds" ? nodeOf(change) : undefined;
    if (node === undefined) {
      return [];
    }
    const found = osdsIn(node, change[when]);
    const isWanted = Object.keys(change[when]).length > 0;
    return found.length > 0 || !isWanted ? found : ceph.osds.filter((one) => one.node === node);
  });
}

function stateOf(ceph: CephPlan, osds: Osds): CephState {
  const sizes = osds.map(({ sizeBytes }) => sizeBytes);
  const known = sizes.flatMap((size) => size ?? []);
  const { rooms }: Pick<CephForecast, "rooms"> =
    osds.length === 0 ? { rooms: [] } : forecast({ ...ceph, osds });
  const fits = rooms.map(({ nearFull }) => nearFull);
  return {
    osds: osds.length,
    ...(known.length < sizes.length || osds.length === 0 ? {} : { rawBytes: sum(known) }),
    ...(fits.length === 0 ? {} : { fitsBytes: Math.min(...fits) }),
  };
}
