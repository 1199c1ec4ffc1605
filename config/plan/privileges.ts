import { isNotApplied } from "../not-applied.js";
import type { ClusterSpec } from "../schema/cluster.js";
import { planSecretTargets } from "./notifications.js";

export interface PrivilegeUse {
  readonly privilege: string;
  readonly reasons: readonly string[];
}

/** The account behind the program's API token, and what its role may do. */
export interface TokenPlan {
  readonly user: string;
  readonly tokenName: string;
  readonly role: string;
  /** Raised in the file to have a new token made. */
  readonly rotation: number;
  /** Sorted by name. Given on `/` alone: an entry further down would replace, not add to it. */
  readonly privileges: readonly PrivilegeUse[];
}

interface Need {
  readonly reason: string;
  readonly privileges: readonly string[];
}

/** Least rights for what this stack does through the API, each with its reason. */
export function planToken(spec: ClusterSpec): TokenPlan {
  const reasons = new Map<string, string[]>();
  for (const need of needsOf(spec)) {
    for (const privilege of need.privileges) {
      reasons.set(privilege, [...(reasons.get(privilege) ?? []), need.reason]);
    }
  }
  return {
    user: "proxmox-ha@pve",
    tokenName: "program",
    role: "ProxmoxHaProgram",
    rotation: spec.access.tokenRotation,
    privileges: [...reasons]
      .map(([privilege, because]) => ({ privilege, reasons: because }))
      .sort((a, b) => (a.privilege < b.privilege ? -1 : 1)),
  };
}

/** Parts of the file that are not applied give no right. */
function needsOf(spec: ClusterSpec): Need[] {
  const does = (section: string): boolean => !isNotApplied([section]);
  const usesHa =
    Object.keys(spec.ha.placements).length > 0 ||
    Object.keys(spec.ha.resources).length > 0 ||
    Object.values(spec.guests).some((guest) => guest.ha !== undefined);
  const makesPools =
    spec.datacenter.pools.length > 0 ||
    Object.values(spec.guests).some((guest) => guest.pool !== undefined);
  return [
    { reason: "reading the state of the cluster", privileges: ["Sys.Audit", "Datastore.Audit"] },
    { reason: "datacenter options", privileges: ["Sys.Modify"] },
    ...when(Object.keys(spec.storage).length > 0, "storages", [
      "Datastore.Allocate",
      "Datastore.AllocateSpace",
    ]),
    ...when(usesHa, "HA resources and placements", ["Sys.Console"]),
    ...when(makesPools, "resource pools", ["Pool.Allocate", "Pool.Audit"]),
    ...when(does("backup") && spec.backup !== undefined, "backup jobs", [
      "Sys.Modify",
      "Datastore.Allocate",
    ]),
    ...when(does("monitoring") && spec.monitoring !== undefined, "metrics servers", ["Sys.Modify"]),
    ...when(does("identity") && spec.identity !== undefined, "realms, groups and their rights", [
      "Realm.Allocate",
      "Realm.AllocateUser",
      "User.Modify",
      "Group.Allocate",
      "Permissions.Modify",
    ]),
    ...when(planSecretTargets(spec).length > 0, "notification targets with secrets", [
      "Mapping.Modify",
    ]),
    ...when(does("gpus") && Object.keys(spec.gpus).length > 0, "device mappings", [
      "Mapping.Audit",
      "Mapping.Modify",
      "Mapping.Use",
    ]),
    ...when(usesFabric(spec), "SDN fabrics", ["SDN.Allocate", "SDN.Audit"]),
  ];
}

function when(condition: boolean, reason: string, privileges: readonly string[]): Need[] {
  return condition ? [{ reason, privileges }] : [];
}

function usesFabric(spec: ClusterSpec): boolean {
  return Object.values(spec.networks).some(
    (network) => network.thunderbolt?.owner === "sdn-fabric",
  );
}
