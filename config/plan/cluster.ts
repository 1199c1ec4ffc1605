import type { ClusterSpec } from "../schema/cluster.js";
import { type CablingPlan, planCabling } from "./cabling.js";
import { type CephPlan, planCeph } from "./ceph.js";
import {
  type ConnectionPlan,
  planConnections,
  planQDeviceConnection,
  type QDeviceConnectionPlan,
} from "./connections.js";
import { planConsents } from "./consents.js";
import { type CorosyncPlan, planCorosync } from "./corosync.js";
import { type DatacenterPlan, planDatacenter } from "./datacenter.js";
import { type FabricPlan, planFabrics } from "./fabric.js";
import { type FeasibilityPlan, planFeasibility } from "./feasibility.js";
import { type FencePlan, planFencing } from "./fence.js";
import { type HaPlan, planHa } from "./ha.js";
import { type HookPlan, planHooks } from "./hooks.js";
import { type ClockPlan, type HostPlan, planClocks, planHosts } from "./hosts.js";
import { type NodeNetworkPlan, planNodeNetworks } from "./interfaces.js";
import { type NamePlan, planNames } from "./names.js";
import { type NodePlan, planNodes } from "./nodes.js";
import { type NodePathsPlan, planPaths } from "./paths.js";
import { planToken, type TokenPlan } from "./privileges.js";
import { planRings, type RingPlan } from "./ring.js";
import { planRolling, type RollingStep } from "./rolling.js";
import { planSecrets, type SecretUse } from "./secrets.js";
import { stackFolder } from "./stack-folder.js";
import { planStorages, type StoragePlan } from "./storage.js";

/** Everything about a cluster that a reader could argue about, decided before any host is touched. */
export interface ClusterPlan {
  readonly name: string;
  readonly major: 8 | 9;
  readonly adopt: boolean;
  /** In the order of joining. */
  readonly nodes: readonly NodePlan[];
  /** One for each node, in the same order. */
  readonly connections: readonly ConnectionPlan[];
  /** One for each node, in the same order. */
  readonly hosts: readonly HostPlan[];
  readonly clocks: ClockPlan;
  readonly names: NamePlan;
  readonly rings: readonly RingPlan[];
  /** One for each node, in the same order. */
  readonly networks: readonly NodeNetworkPlan[];
  /** By network, then by node in the same order. */
  readonly paths: Readonly<Record<string, readonly NodePathsPlan[]>>;
  readonly cabling: CablingPlan;
  /** Rings that Proxmox itself routes. */
  readonly fabrics: readonly FabricPlan[];
  readonly corosync: CorosyncPlan;
  /** How the host of the QDevice is reached, where the file has one. */
  readonly qdeviceConnection?: QDeviceConnectionPlan;
  readonly token: TokenPlan;
  readonly datacenter: DatacenterPlan;
  readonly storages: readonly StoragePlan[];
  readonly ceph?: CephPlan;
  readonly ha: HaPlan;
  readonly feasibility: FeasibilityPlan;
  readonly fencing: FencePlan;
  readonly secrets: readonly SecretUse[];
  readonly rolling: readonly RollingStep[];
  readonly hooks: readonly HookPlan[];
  /** Removals that the file allows today, such as `storage.nfs-vms`. */
  readonly consents: readonly string[];
  /** The same with their last days, for providers that look at the day themselves. */
  readonly consentDays: Readonly<Record<string, string>>;
  readonly deadlines: ClusterSpec["deadlines"];
}

export interface PlanContext {
  /** The day, `2026-12-31`, up to which consents count. Without one no consent does. */
  readonly today?: string;
  /** Folder of what the program keeps about this stack; by default as the cluster is called. */
  readonly folder?: string;
}

/** Takes a spec that has passed its cross-field rules. */
export function planCluster(spec: ClusterSpec, context: PlanContext = {}): ClusterPlan {
  const nodes = planNodes(spec);
  const rings = planRings(spec, nodes);
  const networks = planNodeNetworks(spec, nodes, rings);
  const corosync = planCorosync(spec, nodes);
  const ceph = planCeph(spec, nodes);
  const storages = planStorages(spec);
  const ha = planHa(spec);
  const folder = context.folder ?? stackFolder(spec.name);
  const connections = planConnections(spec, nodes, folder);
  const qdeviceConnection = planQDeviceConnection(spec, folder);
  const consents = planConsents(spec, context.today);
  return {
    name: spec.name,
    major: spec.proxmox.major,
    adopt: spec.adopt,
    nodes,
    connections,
    hosts: planHosts(spec, nodes, rings),
    clocks: planClocks(spec),
    names: planNames(spec, nodes),
    rings,
    networks,
    paths: planPaths(nodes, networks, rings),
    cabling: planCabling(spec, rings),
    fabrics: planFabrics(rings),
    corosync,
    ...(qdeviceConnection === undefined ? {} : { qdeviceConnection }),
    token: planToken(spec),
    datacenter: planDatacenter(spec),
    storages,
    ...(ceph === undefined ? {} : { ceph }),
    ha,
    feasibility: planFeasibility(spec, nodes, ha, storages, ceph),
    fencing: planFencing(spec, nodes),
    secrets: planSecrets(spec),
    rolling: planRolling(nodes, corosync, ceph),
    hooks: planHooks(spec),
    consents,
    consentDays: spec.consent,
    deadlines: spec.deadlines,
  };
}
