import { PROFILES } from "../../../config/plan/ceph-settings.js";
import type { ClusterInput } from "../../../config/schema/cluster.js";
import type { CephSetting } from "../look/ceph-parts.js";
import type { Margin } from "../margin.js";

type CephInput = NonNullable<ClusterInput["ceph"]>;
type Settings = Pick<CephInput, "downOutInterval" | "recovery"> & {
  readonly memoryTarget?: NonNullable<CephInput["osds"]["memoryTarget"]>;
};

const PRIORITIES = ["guests", "balanced", "recovery"] as const;
const SAID = [
  "osd osd_memory_target",
  "mon mon_osd_down_out_interval",
  "osd osd_mclock_profile",
  "osd osd_mclock_override_recovery_settings",
  "osd osd_max_backfills",
  "osd osd_recovery_max_active",
];
/** Ceph and Proxmox write these by themselves. */
const OWN = /^(mgr\/|auth_|container_image|mon_allow_)|^(cluster_network|public_network)$/;

/** What somebody has set for all daemons of a kind. */
export function concludeCephSettings(all: readonly CephSetting[], margin: Margin): Settings {
  const stored = (section: string, name: string): string | undefined =>
    all.find((one) => one.section === section && one.name === name && one.mask === "")?.value;
  for (const { section, name, value, mask } of all) {
    if (mask !== "" || (!SAID.includes(`${section} ${name}`) && !OWN.test(name))) {
      const whose = mask === "" ? section : `${section}, ${mask}`;
      margin.leave(`Ceph's setting ${name} = ${value} (${whose}).`);
    }
  }
  const interval = stored("mon", "mon_osd_down_out_interval");
  const memory = stored("osd", "osd_memory_target");
  const profile = stored("osd", "osd_mclock_profile");
  const backfills = Number(stored("osd", "osd_max_backfills"));
  const operations = Number(stored("osd", "osd_recovery_max_active"));
  const priority = PRIORITIES.find((one) => PROFILES[one] === profile);
  const recovery: NonNullable<CephInput["recovery"]> = {
    ...(priority === undefined ? {} : { priority }),
    ...(backfills > 0 ? { backfills } : {}),
    ...(operations > 0 ? { operations } : {}),
  };
  return {
    ...(memory === undefined ? {} : { memoryTarget: `${memory}B` }),
    ...(interval === undefined ? {} : { downOutInterval: `${interval}s` }),
    ...(Object.keys(recovery).length === 0 ? {} : { recovery }),
  };
}
