import type { ClusterSpec } from "../schema/cluster.js";
import { type BackupJobPlan, planBackupJobs } from "./backup.js";
import { type CablingPlan, planCabling } from "./cabling.js";
import { type CephPlan, planCeph } from "./ceph.js";
import { type ClusterNodePlan, planClusterNodes } from "./cluster-nodes.js";
import {
  type ConnectionPlan,
  planQDeviceConnection,
  type QDeviceConnectionPlan,
} from "./connections.js";
import { planContainers } from "./containers.js";
import { type CorosyncPlan, planCorosync } from "./corosync.js";
import { type DatacenterPlan, planDatacenter } from "./datacenter.js";
import { type FabricPlan, planFabrics } from "./fabric.js";
import { type FeasibilityPlan, planFeasibility } from "./feasibility.js";
import { type FencePlan, planFencing } from "./fence.js";
import type { GuestPlan } from "./guest-words.js";
import { planVms } from "./guests.js";
import { type HaPlan, planHa } from "./ha.js";
import { type HookPlan, planHooks } from "./hooks.js";
import { type ClockPlan, planClocks } from "./hosts.js";
import { type ImagePlan, planImages } from "./images.js";
import { type NamePlan, planNames } from "./names.js";
import { planNodes } from "./nodes.js";
import { present } from "./present.js";
import { planToken, type TokenPlan } from "./privileges.js";
import { type PublishedFact, planPublished } from "./published.js";
import { planRings, type RingPlan } from "./ring.js";
import { planRolling, type RollingStep } from "./rolling.js";
import { planSecondFactor, type SecondFactor } from "./second-factor.js";
import { namedSecrets, planSecrets, type SecretUse } from "./secrets.js";
import { stackFolder } from "./stack-folder.js";
import { planStorages, type StoragePlan } from "./storage.js";

export type SsmSpec = NonNullable<ClusterSpec["secrets"]["ssm"]>;

/** Everything about a cluster that a reader could argue about, decided before any host is touched. */
export interface ClusterPlan {
  readonly name: string;
  readonly major: 8 | 9;
  /** Where packages come from. */
  readonly channel: ClusterSpec["proxmox"]["channel"];
  readonly adopt: boolean;
  /** In the order of joining; the first one founds the cluster. */
  readonly nodes: readonly ClusterNodePlan[];
  readonly clocks: ClockPlan;
  readonly names: NamePlan;
  readonly rings: readonly RingPlan[];
  readonly cabling: CablingPlan;
  /** Rings that Proxmox itself routes. */
  readonly fabrics: readonly FabricPlan[];
  readonly corosync: CorosyncPlan;
  /** How the host of the QDevice is reached, where the file has one. */
  readonly qdeviceConnection?: QDeviceConnectionPlan;
  /** Hosts tell their figures to whoever asks. */
  readonly nodeExporter: boolean;
  readonly token: TokenPlan;
  /** Who is to be asked beside the password, where the file asks for that. */
  readonly secondFactor?: SecondFactor;
  readonly datacenter: DatacenterPlan;
  readonly storages: readonly StoragePlan[];
  readonly ceph?: CephPlan;
  /** Files that storages get before guests are made from them. */
  readonly images: readonly ImagePlan[];
  /** Guests that the file makes, in the order of their ids. */
  readonly guests: readonly GuestPlan[];
  /** Scheduled backups, by name. */
  readonly backupJobs: readonly BackupJobPlan[];
  readonly ha: HaPlan;
  readonly feasibility: FeasibilityPlan;
  readonly fencing: FencePlan;
  readonly secrets: readonly SecretUse[];
  readonly rolling: readonly RollingStep[];
  readonly hooks: readonly HookPlan[];
  /** Variables of the environment that the file names as secrets, also for parts that are not applied: no command needs them. */
  readonly secretVariables: readonly string[];
  /** The parameter store of the stack, where it has one. */
  readonly parameterStore?: SsmSpec;
  /** What the store is told of the plan, where the stack publishes facts. */
  readonly published: readonly PublishedFact[];
  /** Removals and restarts that the file allows, such as `storage.nfs-vms`, with their last days; who asks looks at the day. */
  readonly consentDays: Readonly<Record<string, string>>;
  readonly deadlines: ClusterSpec["deadlines"];
}

export interface PlanContext {
  /** Folder of what the program keeps about this stack; by default as the cluster is called. */
  readonly folder?: string;
}

/** Takes a spec that has passed its cross-field rules. */
export function planCluster(spec: ClusterSpec, context: PlanContext = {}): ClusterPlan {
  const nodes = planNodes(spec);
  const rings = planRings(spec, nodes);
  const corosync = planCorosync(spec, nodes);
  const cabling = planCabling(spec, rings);
  const ceph = planCeph(spec, nodes);
  const storages = planStorages(spec);
  const ha = planHa(spec);
  const folder = context.folder ?? stackFolder(spec.name);
  const qdeviceConnection = planQDeviceConnection(spec, folder);
  const fencing = planFencing(spec, nodes);
  const { ssm } = spec.secrets;
  return {
    name: spec.name,
    major: spec.proxmox.major,
    channel: spec.proxmox.channel,
    adopt: spec.adopt,
    nodes: planClusterNodes(spec, nodes, { rings, corosync, cabling, folder }),
    clocks: planClocks(spec),
    names: planNames(spec, nodes),
    rings,
    cabling,
    fabrics: planFabrics(rings),
    corosync,
    ...(qdeviceConnection === undefined ? {} : { qdeviceConnection }),
    nodeExporter: spec.base.nodeExporter,
    token: planToken(spec),
    ...present({ secondFactor: planSecondFactor(spec) }),
    datacenter: planDatacenter(spec),
    storages,
    ...(ceph === undefined ? {} : { ceph }),
    images: planImages(spec, nodes),
    guests: [...planVms(spec), ...planContainers(spec)].sort((a, b) => a.id - b.id),
    backupJobs: planBackupJobs(spec),
    ha,
    feasibility: planFeasibility(spec, nodes, ha, storages, ceph),
    fencing,
    secrets: planSecrets(spec),
    rolling: planRolling(nodes, corosync, ceph),
    hooks: planHooks(spec),
    secretVariables: namedSecrets(spec).flatMap(({ reference }) =>
      "env" in reference ? [reference.env] : [],
    ),
    ...(ssm === undefined ? {} : { parameterStore: ssm }),
    published: ssm?.publish === true ? planPublished(spec, nodes, fencing) : [],
    consentDays: spec.consent,
    deadlines: spec.deadlines,
  };
}

/** The node of that name; asking for another one is a mistake of this program. */
export function nodeOf(plan: Pick<ClusterPlan, "name" | "nodes">, node: string): ClusterNodePlan {
  const found = plan.nodes.find(({ name }) => name === node);
  if (found === undefined) {
    throw new Error(`${node} is no node of ${plan.name}`);
  }
  return found;
}

/** How the nodes are reached, in their order. */
export function connectionsOf({ nodes }: Pick<ClusterPlan, "nodes">): ConnectionPlan[] {
  return nodes.map(({ connection }) => connection);
}

/** Networks in which nodes have addresses, so that paths can be measured. */
export function measurableNetworks({ nodes }: Pick<ClusterPlan, "nodes">): string[] {
  return [...new Set(nodes.flatMap(({ paths }) => Object.keys(paths)))];
}
