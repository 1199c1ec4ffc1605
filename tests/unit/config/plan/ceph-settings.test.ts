import { describe, expect, it } from "vitest";
import { planCluster } from "../../../../config/plan/index.js";
import type { ClusterInput } from "../../../../config/schema/cluster.js";
import { ringCluster } from "./stacks.js";

type CephInput = NonNullable<ClusterInput["ceph"]>;

function settingsOf(changes: Partial<CephInput>): (readonly [string, string, string])[] {
  const spec = ringCluster(3, {
    ceph: {
      release: "squid",
      publicNetwork: "management",
      osds: { everyNode: [{ select: { model: "DATA*" } }] },
      ...changes,
    },
  });
  const settings = planCluster(spec).ceph?.settings ?? [];
  return settings.map(({ section, option, value }) => [section, option, value]);
}

describe("the settings of a Ceph", () => {
  it("are none where the file names none", () => {
    expect(settingsOf({})).toEqual([]);
  });

  it("are in Ceph's units and by its names", () => {
    expect(
      settingsOf({
        osds: { memoryTarget: "3GiB" },
        downOutInterval: "15m",
        recovery: { priority: "guests" },
      }),
    ).toEqual([
      ["osd", "osd_memory_target", "3221225472"],
      ["mon", "mon_osd_down_out_interval", "900"],
      ["osd", "osd_mclock_profile", "high_client_ops"],
    ]);
  });

  it("permit limits of recovery before they name them, because Ceph takes them back otherwise", () => {
    expect(settingsOf({ recovery: { backfills: 2, operations: 5 } })).toEqual([
      ["osd", "osd_mclock_override_recovery_settings", "true"],
      ["osd", "osd_max_backfills", "2"],
      ["osd", "osd_recovery_max_active", "5"],
    ]);
  });
});
