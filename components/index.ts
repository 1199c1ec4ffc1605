// What `import … from "proxmox-ha/components"` gives: for Pulumi programs of others (docs/library.md).
import { findProvidersByPackage } from "../dynamic-providers/kit/provider-place.js";

findProvidersByPackage();

export type { ClusterNodePlan, ClusterPlan } from "../config/plan/index.js";
export { type DeclaredHost, hostArgs } from "./hosts/arguments.js";
export { HostBase, type HostBaseArgs } from "./hosts/host-base.js";
export {
  bondArgs,
  cablingArgs,
  clockArgs,
  networkArgs,
  pathsArgs,
  ringArgs,
} from "./network/arguments.js";
export { BondPartners, type BondPartnersArgs } from "./network/bond-partners.js";
export { BondedNetwork, type BondedNetworkArgs } from "./network/bonded-network.js";
export { CablingReport, type CablingReportArgs } from "./network/cabling-report.js";
export { ClockAgreement, type ClockAgreementArgs } from "./network/clock-agreement.js";
export { NetworkPaths, type NetworkPathsArgs } from "./network/network-paths.js";
export { NetworkedHosts, type NetworkedHostsArgs } from "./network/networked-hosts.js";
export {
  type RingMember,
  ThunderboltRing,
  type ThunderboltRingArgs,
} from "./network/thunderbolt-ring.js";
export { readPlan } from "./program/read-plan.js";
export { declareWholeCluster } from "./program/whole-cluster.js";
