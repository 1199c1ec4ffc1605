import { describe, expect, it } from "vitest";
import { sectionsOf } from "../../../../dynamic-providers/pveceph/configuration.js";
import {
  exceptionsOf,
  planSettings,
  type SettingsFacts,
  storedSettings,
} from "../../../../dynamic-providers/pveceph/settings/plan.js";
import { cephSettingsInputs } from "../../../../dynamic-providers/pveceph/settings/schema.js";
import { FREGE } from "../../../support/connection.js";

const memory = {
  field: "osds.memoryTarget",
  section: "osd",
  option: "osd_memory_target",
  value: String(3 * 2 ** 30),
};
const interval = {
  field: "downOutInterval",
  section: "mon",
  option: "mon_osd_down_out_interval",
  value: "900",
};
const wanted = cephSettingsInputs.parse({
  cluster: "trio",
  connection: FREGE,
  settings: [memory, interval],
});
/** Rows as `ceph config dump` gives them. */
const facts = (rows: readonly object[], file = ""): SettingsFacts => ({
  stored: storedSettings.parse(rows),
  file: sectionsOf(file),
});
const row = (section: string, name: string, value: string, mask = "") => ({
  section,
  name,
  value,
  mask,
  level: "advanced",
  can_update_at_runtime: true,
});
const shown = (given: SettingsFacts) =>
  planSettings(wanted, given).map(({ kind, path, from, to }) => [kind, path, from, to]);

describe("the settings of Ceph", () => {
  it("that nobody has set are added, and nothing else is", () => {
    expect(shown(facts([row("mon", "auth_allow_insecure_global_id_reclaim", "false")]))).toEqual([
      ["add", "osds.memoryTarget", "Ceph's own", "3221225472"],
      ["add", "downOutInterval", "Ceph's own", "900"],
    ]);
  });

  it("that are as wanted stay, in whatever unit somebody wrote them and however wide they hold", () => {
    expect(
      shown(
        facts([
          row("osd", "osd_memory_target", "3G"),
          row("global", "mon_osd_down_out_interval", "900"),
        ]),
      ),
    ).toEqual([]);
  });

  it("that differ are shown as a change, and the nearer section counts", () => {
    expect(
      shown(
        facts([
          row("global", "osd_memory_target", "3221225472"),
          row("osd", "osd_memory_target", "4294967296"),
          row("mon", "mon_osd_down_out_interval", "900"),
        ]),
      ),
    ).toEqual([["change", "osds.memoryTarget", "4294967296", "3221225472"]]);
  });

  it("are refused where a line of ceph.conf would count before them", () => {
    const file = "[osd]\n\t osd memory target = 8G\n";
    expect(() => shown(facts([], file))).toThrow(
      /ceph\.conf says `osd_memory_target = 8G` in \[osd\]/,
    );
    const equal = "[global]\n\t osd_memory_target = 3GiB\n";
    expect(shown(facts([row("mon", "mon_osd_down_out_interval", "900")], equal))).toEqual([
      ["add", "osds.memoryTarget", "Ceph's own", "3221225472"],
    ]);
  });

  it("of single daemons and of some of them are named and stay", () => {
    const found = facts([
      row("osd", "osd_memory_target", "3221225472"),
      row("mon", "mon_osd_down_out_interval", "900"),
      row("osd.3", "osd_memory_target", "8589934592"),
      row("osd", "osd_memory_target", "2147483648", "class:hdd"),
      row("osd.3", "osd_max_backfills", "4"),
    ]);
    expect(shown(found)).toEqual([]);
    expect(exceptionsOf(wanted.settings, found)).toEqual([
      "osd.3: osd_memory_target = 8589934592",
      "osd/class:hdd: osd_memory_target = 2147483648",
    ]);
  });

  it("that left the file stay", () => {
    expect(planSettings(undefined, facts([row("osd", "osd_memory_target", "1")]))).toEqual([]);
  });
});
