import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { clusterJsonSchema } from "../../../config/generate/json-schema.js";
import { isNotApplied } from "../../../config/not-applied.js";
import { planBackupJobs } from "../../../config/plan/backup.js";
import { planCabling } from "../../../config/plan/cabling.js";
import { planCeph } from "../../../config/plan/ceph.js";
import { planClusterNodes } from "../../../config/plan/cluster-nodes.js";
import { planQDeviceConnection } from "../../../config/plan/connections.js";
import { planContainers } from "../../../config/plan/containers.js";
import { planCorosync } from "../../../config/plan/corosync.js";
import { planDatacenter } from "../../../config/plan/datacenter.js";
import { planFencing } from "../../../config/plan/fence.js";
import { planVms } from "../../../config/plan/guests.js";
import { planHa } from "../../../config/plan/ha.js";
import { planHooks } from "../../../config/plan/hooks.js";
import { planClocks } from "../../../config/plan/hosts.js";
import { planImages } from "../../../config/plan/images.js";
import { planInstall } from "../../../config/plan/install.js";
import { planNames } from "../../../config/plan/names.js";
import { planNodes } from "../../../config/plan/nodes.js";
import { planPublished } from "../../../config/plan/published.js";
import { planRings } from "../../../config/plan/ring.js";
import { planStorages } from "../../../config/plan/storage.js";
import type { ClusterSpec } from "../../../config/schema/cluster.js";
import { STACKS, specOf } from "./plan/stacks.js";
import { leavesOf, recording, type SchemaNode } from "./recorded-spec.js";
import { WITH_EVERYTHING } from "./with-everything.js";

/** Fields that no planner reads, and the file beyond them in which the expression stands that does. */
const READ_ELSEWHERE: Readonly<Record<string, readonly [file: string, text: string]>> = {
  "secrets.ssm.region": ["components/program/secret-source.ts", "ParameterStore"],
  "secrets.ssm.profile": ["components/program/secret-source.ts", "ParameterStore"],
  "secrets.ssm.role": ["components/program/secret-source.ts", "ParameterStore"],
  "secrets.ssm.endpoint": ["components/program/secret-source.ts", "ParameterStore"],
  "secrets.ssm.prefix": ["components/cluster/published-facts.ts", "ssm.prefix"],
  "secrets.ssm.publish": ["config/plan/cluster.ts", "ssm?.publish"],
  acknowledged: ["config/load/acknowledged.ts", "acknowledged"],
};

/** Fields that say what holds outside of the hosts, so that a rule can judge the rest by it; that is all they are for. */
const CHECKED = [
  ["interfaces.*.bond.farSide", "config/rules/interfaces.ts"],
  ["networks.*.reserved", "config/rules/address-book.ts"],
  ["guests.*.role", "config/rules/guests.ts"],
  ["corosync.evenNodesAccepted", "config/rules/corosync-votes.ts"],
  ["ceph.pools.*.production", "config/rules/ceph-pools.ts"],
  ["ceph.osds.allowUneven", "config/rules/ceph-osds.ts"],
  ["ceph.slowNetworkAccepted", "config/rules/ceph-speed.ts"],
] as const;

/** Parts that are not applied and of which something is told nevertheless. */
const TOLD = [
  // A part of what is known about a machine, which is handed on as a whole.
  /^nodes\.\*\.overrides\.reserve\.threads$/,
];

function planned(spec: ClusterSpec): unknown[] {
  const nodes = planNodes(spec);
  const rings = planRings(spec, nodes);
  const corosync = planCorosync(spec, nodes);
  const cabling = planCabling(spec, rings);
  const clusterNodes = planClusterNodes(spec, nodes, {
    rings,
    corosync,
    cabling,
    folder: "folder",
  });
  return [
    spec.name,
    nodes,
    rings,
    clusterNodes,
    clusterNodes.map((node) => planInstall(spec, node, node.network)),
    corosync,
    planStorages(spec),
    planCeph(spec, nodes),
    planImages(spec, nodes),
    planVms(spec),
    planContainers(spec),
    planBackupJobs(spec),
    planHa(spec),
    planQDeviceConnection(spec, "folder"),
    planClocks(spec),
    planNames(spec, nodes),
    cabling,
    planDatacenter(spec),
    planHooks(spec),
    planPublished(spec, nodes, { devices: [] }),
    planFencing(spec, nodes),
  ];
}

const root: SchemaNode = clusterJsonSchema();
const leaves = leavesOf(root);

function readByPlanners(): ReadonlySet<string> {
  const seen = new Set<string>();
  for (const spec of [...STACKS.map((stack) => specOf(stack)), ...WITH_EVERYTHING]) {
    // What a planner hands on whole is read by whoever writes it out.
    JSON.stringify(planned(recording(spec, root, seen)));
  }
  return seen;
}

/** Deadlines go to the components as a whole; each is read by its name there. */
function deadlinesReadByComponents(): ReadonlySet<string> {
  const sources = ["components", "config/plan", "automation"].flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith(".ts"))
      .map((name) => readFileSync(path.join(folder, name), "utf8")),
  );
  return new Set(
    sources.flatMap((text) =>
      [...text.matchAll(/\bdeadlines\.(\w+)/g)].map(([, name]) => `deadlines.${name}`),
    ),
  );
}

describe("every field of the stack file", () => {
  const read = new Set([...readByPlanners(), ...deadlinesReadByComponents()]);
  const unread = leaves.filter((leaf) => !read.has(leaf));

  it("is read by what plans hosts, network, cluster, storage and placements, or said not to be", () => {
    const silent = unread.filter((leaf) => !isNotApplied(leaf.split(".")));
    const known = [...Object.keys(READ_ELSEWHERE), ...CHECKED.map(([leaf]) => leaf)];
    expect(silent.filter((leaf) => !known.includes(leaf))).toEqual([]);
  });

  it("that is said not to be applied is read by no planner", () => {
    const applied = leaves.filter((leaf) => read.has(leaf) && isNotApplied(leaf.split(".")));
    expect(applied.filter((leaf) => !TOLD.some((told) => told.test(leaf)))).toEqual([]);
  });

  it.each(CHECKED)("%s is what a rule asks for", (leaf, file) => {
    expect(unread).toContain(leaf);
    expect(readFileSync(file, "utf8")).toContain(leaf.split(".").at(-1));
  });

  it.each(Object.entries(READ_ELSEWHERE))(
    "%s is read where the list says",
    (leaf, [file, text]) => {
      expect(unread).toContain(leaf);
      expect(readFileSync(file, "utf8")).toContain(text);
    },
  );

  it("is one of many", () => {
    expect(leaves.length).toBeGreaterThan(200);
  });
});
