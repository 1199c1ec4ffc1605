import type { ClusterSpec } from "../schema/cluster.js";

type CephSpec = NonNullable<ClusterSpec["ceph"]>;

/** What each OSD aims at where neither the file nor anybody else says more. */
export const OSD_MEMORY_BYTES = 4 * 2 ** 30;
/** Below this it cannot work. */
export const LEAST_OSD_BYTES = 2 * 2 ** 30;

/** A setting of the whole Ceph, as its own configuration holds it. */
export interface CephSettingPlan {
  /** The file's own word for it. */
  readonly field: string;
  /** Whose setting it is: all daemons of this kind have it. */
  readonly section: "mon" | "osd";
  readonly option: string;
  readonly value: string;
}

/** Recovery and guests share the disks; Ceph's scheduler knows three ways to do that. */
export const PROFILES = {
  guests: "high_client_ops",
  balanced: "balanced",
  recovery: "high_recovery_ops",
} as const;

/** Only what the file names: everything else is left to Ceph and to whoever set it. Order matters, as the limits need their permission first. */
export function planCephSettings(
  { osds: { memoryTarget }, downOutInterval, recovery = {} }: CephSpec,
  osdMemoryBytes: number,
): CephSettingPlan[] {
  const { priority, backfills, operations } = recovery;
  const limited = backfills !== undefined || operations !== undefined;
  const wishes: readonly (readonly [
    field: string,
    section: CephSettingPlan["section"],
    option: string,
    value: string | number | undefined,
  ])[] = [
    [
      "osds.memoryTarget",
      "osd",
      "osd_memory_target",
      memoryTarget === undefined ? undefined : osdMemoryBytes,
    ],
    [
      "downOutInterval",
      "mon",
      "mon_osd_down_out_interval",
      downOutInterval === undefined ? undefined : Math.round(downOutInterval / 1_000),
    ],
    [
      "recovery.priority",
      "osd",
      "osd_mclock_profile",
      priority === undefined ? undefined : PROFILES[priority],
    ],
    // Without it Ceph's scheduler takes the limits back as soon as they are set.
    ["recovery", "osd", "osd_mclock_override_recovery_settings", limited ? "true" : undefined],
    ["recovery.backfills", "osd", "osd_max_backfills", backfills],
    ["recovery.operations", "osd", "osd_recovery_max_active", operations],
  ];
  return wishes.flatMap(([field, section, option, value]) =>
    value === undefined ? [] : [{ field, section, option, value: String(value) }],
  );
}
