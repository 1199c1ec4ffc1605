import type { ClusterSpec } from "../schema/cluster.js";
import { networkOf } from "./address.js";
import { type Keys, namedKeys } from "./keys.js";
import {
  type NotificationPlan,
  planNotifications,
  planSecretTargets,
  type SecretTargetPlan,
} from "./notifications.js";
import { planToken } from "./privileges.js";

/** Settings that Proxmox keeps for one node, by its own keys; nodes about which the file says nothing have none. */
export interface NodeSettingsPlan {
  readonly node: string;
  readonly keys: Keys;
}

/** Datacenter options that the file decides; every other option belongs to whoever set it. */
export interface DatacenterPlan {
  readonly migration?: { readonly type: "secure" | "insecure"; readonly cidr: string };
  readonly shutdownPolicy: ClusterSpec["ha"]["shutdownPolicy"];
  readonly scheduler: ClusterSpec["ha"]["scheduler"];
  /** KiB per second, as Proxmox counts them. */
  readonly bandwidthLimitsKiB: Readonly<Record<string, number>>;
  readonly keyboard?: string;
  readonly emailFrom?: string;
  /** Resource pools, sorted: those of the list and those that guests name. */
  readonly pools: readonly string[];
  readonly nodes: readonly NodeSettingsPlan[];
  /** Targets, then the matchers that name them. */
  readonly notifications: readonly NotificationPlan[];
  readonly secretTargets: readonly SecretTargetPlan[];
  /** The program's own API account, `user@realm!token`, through which targets with secrets are written. */
  readonly account: string;
}

export function planDatacenter(spec: ClusterSpec): DatacenterPlan {
  const { datacenter, ha } = spec;
  const cidr = migrationCidr(spec);
  const { user, tokenName } = planToken(spec);
  const named = Object.values(spec.guests).flatMap((guest) =>
    guest.pool === undefined ? [] : [guest.pool],
  );
  return {
    ...(cidr === undefined ? {} : { migration: { type: datacenter.migrationType, cidr } }),
    shutdownPolicy: ha.shutdownPolicy,
    scheduler: ha.scheduler,
    bandwidthLimitsKiB: Object.fromEntries(
      Object.entries(datacenter.bandwidthLimits)
        .map(([job, bytes]): [string, number] => [job, Math.floor((bytes ?? 0) / 1024)])
        .sort(([a], [b]) => (a < b ? -1 : 1)),
    ),
    ...(datacenter.keyboard === undefined ? {} : { keyboard: datacenter.keyboard }),
    ...(datacenter.emailFrom === undefined ? {} : { emailFrom: datacenter.emailFrom }),
    pools: [...new Set([...datacenter.pools, ...named])].sort(),
    nodes: planNodeSettings(spec),
    notifications: planNotifications(spec),
    secretTargets: planSecretTargets(spec),
    account: `${user}!${tokenName}`,
  };
}

/** Proxmox looks for exactly one address of each node in this network: on a ring, that of its loopbacks. */
function migrationCidr(spec: ClusterSpec): string | undefined {
  const name = spec.datacenter.migrationNetwork;
  const network = name === undefined ? undefined : spec.networks[name];
  const cidr = network?.cidr ?? network?.loopbacks ?? network?.cidr6 ?? network?.loopbacks6;
  return cidr === undefined ? undefined : networkOf(cidr);
}

function planNodeSettings(spec: ClusterSpec): NodeSettingsPlan[] {
  return Object.entries(spec.nodes).flatMap(([node, wanted]): NodeSettingsPlan[] => {
    const keys = namedKeys({
      description: wanted.description,
      wakeonlan: wanted.wakeOnLan,
      "startall-onboot-delay":
        wanted.startDelay === undefined ? undefined : String(Math.round(wanted.startDelay / 1000)),
    });
    return Object.keys(keys).length === 0 ? [] : [{ node, keys }];
  });
}
