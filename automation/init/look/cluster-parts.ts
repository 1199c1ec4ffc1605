import { z } from "zod";
import {
  type FoundRule,
  haParts,
  type ManagedFacts,
  managedFacts,
} from "../../../dynamic-providers/ha/managed-facts.js";
import { get } from "../../../dynamic-providers/transport/pvesh/calls.js";
import { look, type Part } from "../../../dynamic-providers/transport/pvesh/part.js";
import type { Answers } from "../../../dynamic-providers/transport/pvesh/script.js";
import { type CephFacts, cephParts, readCeph } from "./ceph-parts.js";

export type { FoundRule };

const text = z.union([z.string(), z.number()]).transform(String);
const flag = z
  .union([z.string(), z.number(), z.boolean()])
  .transform((one) => ["1", "true"].includes(String(one)));

/** What `/storage` says of one, whichever kind it is. */
const storage = z
  .object({
    storage: z.string(),
    type: z.string(),
    content: z.string().default(""),
    nodes: z.string().optional(),
    disable: flag.optional(),
    shared: flag.optional(),
    "prune-backups": z.union([z.string(), z.record(z.string(), text)]).optional(),
  })
  .catchall(z.unknown());
export type FoundStorage = z.output<typeof storage>;

const group = z.object({
  group: z.string(),
  nodes: z.string(),
  restricted: flag.optional(),
  nofailback: flag.optional(),
  comment: z.string().optional(),
});
export type FoundGroup = z.output<typeof group>;

const job = z.object({
  id: z.string(),
  schedule: z.string().optional(),
  storage: z.string().optional(),
});

const STORAGES = get("/storage", z.array(storage));
const POOLS = get("/pools", z.array(z.object({ poolid: z.string() })));
const GROUPS = get("/cluster/ha/groups", z.array(group));
const JOBS = get("/cluster/backup", z.array(job));
/** Proxmox's own file of options of the whole cluster, which need not be there. */
const OPTIONS = look(
  "options of the datacenter",
  "if test -e /etc/pve/datacenter.cfg; then cat /etc/pve/datacenter.cfg; fi",
  optionsOf,
);

/** What a cluster, or a single host, has beyond its hosts. */
export interface ClusterFacts {
  readonly storages: readonly FoundStorage[];
  readonly pools: readonly string[];
  readonly options: Readonly<Record<string, string>>;
  readonly ha: ManagedFacts;
  /** On Proxmox VE 8. */
  readonly groups: readonly FoundGroup[];
  readonly jobs: readonly z.output<typeof job>[];
  readonly ceph: CephFacts | undefined;
}

/** What its spokesman is asked, in one round trip. */
export function clusterParts(node: string, major: 8 | 9, hasCeph: boolean) {
  const ceph = hasCeph ? cephParts(node) : undefined;
  const parts: readonly Part<unknown>[] = [
    STORAGES,
    POOLS,
    JOBS,
    OPTIONS,
    ...haParts(major),
    ...(major === 8 ? [GROUPS] : []),
    ...(ceph === undefined ? [] : Object.values(ceph)),
  ];
  return {
    parts,
    read: (said: Answers): ClusterFacts => ({
      storages: said.of(STORAGES),
      pools: said.of(POOLS).map(({ poolid }) => poolid),
      options: said.of(OPTIONS),
      ha: managedFacts(said, major),
      groups: major === 8 ? said.of(GROUPS) : [],
      jobs: said.of(JOBS),
      ceph: ceph === undefined ? undefined : readCeph(ceph, said),
    }),
  };
}

function optionsOf(said: string): Record<string, string> {
  return Object.fromEntries(
    said.split("\n").flatMap((row) => {
      const [, key, value] = /^([\w-]+):\s*(.*)$/.exec(row) ?? [];
      return key === undefined || value === undefined ? [] : [[key, value.trim()]];
    }),
  );
}
