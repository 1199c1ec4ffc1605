import { z } from "zod";
import { askCeph } from "../../../dynamic-providers/pveceph/ceph-command.js";
import {
  type FoundPool,
  OSD_MAP,
  poolIn,
  poolsOn,
} from "../../../dynamic-providers/pveceph/pool/found.js";
import { get } from "../../../dynamic-providers/transport/pvesh/calls.js";
import { apiPath } from "../../../dynamic-providers/transport/pvesh/endpoints.js";
import { look } from "../../../dynamic-providers/transport/pvesh/part.js";
import type { Answers } from "../../../dynamic-providers/transport/pvesh/script.js";

const named = z.object({ name: z.string(), host: z.string().optional() });

/** What a Ceph is asked through one of its nodes. */
export const cephParts = (node: string) => ({
  conf: look("configuration of Ceph", "cat /etc/pve/ceph.conf", (said) => said),
  version: look("release of Ceph", "ceph --version", (said) => /\)\s+(\w+)/.exec(said)?.[1] ?? ""),
  modules: askCeph(["mgr", "module", "ls"], managerModules),
  monitors: get(apiPath("get", `/nodes/${node}/ceph/mon`), z.array(named)),
  managers: get(apiPath("get", `/nodes/${node}/ceph/mgr`), z.array(named)),
  metadata: get(apiPath("get", `/nodes/${node}/ceph/mds`), z.array(named)),
  pools: poolsOn(node),
  map: OSD_MAP,
  filesystems: askCeph(["fs", "ls"], filesystems),
  rules: askCeph(["osd", "crush", "rule", "dump"], crushRules),
  tree: askCeph(["osd", "tree"], osdTree),
  settings: askCeph(["config", "dump"], cephSettings),
});

const cephSettings = z.array(
  z.object({
    section: z.string(),
    name: z.string(),
    value: z.string(),
    /** Which of the section it is about: `host:adele`. */
    mask: z.string().default(""),
  }),
);
export type CephSetting = z.output<typeof cephSettings>[number];
const managerModules = z.object({ enabled_modules: z.array(z.string()) });
const filesystems = z.array(
  z.object({ name: z.string(), metadata_pool: z.string(), data_pools: z.array(z.string()) }),
);
const crushRules = z.array(
  z.object({
    rule_name: z.string(),
    steps: z.array(
      z
        .object({ item_name: z.string().optional(), type: z.string().optional() })
        .catchall(z.unknown()),
    ),
  }),
);
const osdTree = z.object({
  nodes: z.array(
    z
      .object({ id: z.number(), type: z.string(), device_class: z.string().optional() })
      .catchall(z.unknown()),
  ),
});

export interface CephFacts {
  readonly release: string;
  readonly publicNetwork: string | undefined;
  readonly clusterNetwork: string | undefined;
  readonly monitors: readonly string[];
  readonly managers: readonly string[];
  readonly metadataServers: readonly string[];
  readonly pools: readonly (FoundPool & {
    readonly failureDomain?: string;
    readonly class?: string;
  })[];
  readonly filesystems: readonly {
    readonly name: string;
    readonly metadata: string;
    readonly data: readonly string[];
  }[];
  /** Class of the disk by the number of its OSD. */
  readonly classes: Readonly<Record<number, string>>;
  readonly modules: readonly string[];
  /** What somebody has set in Ceph's own configuration. */
  readonly settings: readonly CephSetting[];
}

export function readCeph(parts: ReturnType<typeof cephParts>, said: Answers): CephFacts {
  const rows = said.of(parts.pools);
  const map = said.of(parts.map);
  const rules = said.of(parts.rules);
  const conf = said.of(parts.conf);
  const network = (name: string) =>
    new RegExp(`^\\s*${name}[_ ]network\\s*=\\s*(\\S+)`, "m").exec(conf)?.[1];
  return {
    release: said.of(parts.version),
    publicNetwork: network("public"),
    clusterNetwork: network("cluster"),
    monitors: said.of(parts.monitors).map(({ name }) => name),
    managers: said.of(parts.managers).map(({ name }) => name),
    metadataServers: said.of(parts.metadata).map(({ name }) => name),
    pools: rows.flatMap(({ pool_name }) => {
      const pool = poolIn(rows, map, pool_name);
      return pool === undefined ? [] : [{ ...pool, ...placeOf(rules, pool.crush_rule_name) }];
    }),
    filesystems: said.of(parts.filesystems).map(({ name, metadata_pool, data_pools }) => ({
      name,
      metadata: metadata_pool,
      data: data_pools,
    })),
    classes: Object.fromEntries(
      said
        .of(parts.tree)
        .nodes.flatMap(({ id, type, device_class }) =>
          type === "osd" && device_class !== undefined ? [[id, device_class]] : [],
        ),
    ),
    modules: said.of(parts.modules).enabled_modules,
    settings: said.of(parts.settings),
  };
}

/** `default~nvme` is the tree of one class; the step that chooses has the failure domain. */
function placeOf(rules: z.output<typeof crushRules>, name: string | undefined) {
  const steps = rules.find(({ rule_name }) => rule_name === name)?.steps ?? [];
  const domain = steps.flatMap(({ type }) => type ?? []).at(-1);
  const onClass = steps.flatMap(({ item_name }) => /~(\w+)$/.exec(item_name ?? "")?.[1] ?? [])[0];
  return {
    ...(domain === undefined ? {} : { failureDomain: domain }),
    ...(onClass === undefined ? {} : { class: onClass }),
  };
}
