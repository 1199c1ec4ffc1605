import { describe, expect, it } from "vitest";
import { GROUPS_PENDING, RULES } from "../../../../dynamic-providers/ha/managed-facts.js";
import { planMigration } from "../../../../dynamic-providers/ha/migration.js";
import { saidOf } from "../../../support/said.js";

const none = { groupsPending: false, rules: [] };

describe("groups of Proxmox VE 8 on 9", () => {
  it("are awaited as long as Proxmox has not converted them", () => {
    expect(planMigration(["ms01-cluster"], { ...none, groupsPending: true })).toEqual([
      { kind: "wait" },
    ]);
  });

  it("make room under their automatic name for placements of the file, and for no others", () => {
    const rules = ["ha-group-mine", "ha-group-theirs", "mine"];
    expect(planMigration(["mine", "other"], { ...none, rules })).toEqual([
      { kind: "drop-rule", rule: "ha-group-mine" },
    ]);
  });

  it("need nothing on a fresh installation", () => {
    expect(planMigration(["mine"], none)).toEqual([]);
  });

  it.each(["", "no quorum", "[]"])("are not guessed from %j", (text) => {
    expect(() => saidOf([GROUPS_PENDING], [text]).of(GROUPS_PENDING)).toThrow(/HA groups/);
  });

  it.each(["", "no quorum"])("have rules that are not guessed from %j", (text) => {
    expect(() => saidOf([RULES], [text]).of(RULES)).toThrow(/cluster\/ha\/rules/);
  });
});
