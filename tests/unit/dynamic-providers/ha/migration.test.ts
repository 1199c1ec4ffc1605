import { describe, expect, it } from "vitest";
import { parseMigrationFacts, planMigration } from "../../../../dynamic-providers/ha/migration.js";

describe("groups of Proxmox VE 8 on 9", () => {
  it("are awaited as long as Proxmox has not converted them", () => {
    const facts = parseMigrationFacts("pending\n[]\n");
    expect(facts).toEqual({ groupsPending: true, rules: [] });
    expect(facts && planMigration(["ms01-cluster"], facts)).toEqual([{ kind: "wait" }]);
  });

  it("make room under their automatic name for placements of the file, and for no others", () => {
    const rules = [{ rule: "ha-group-mine" }, { rule: "ha-group-theirs" }, { rule: "mine" }];
    const facts = parseMigrationFacts(`done\n${JSON.stringify(rules)}`);
    expect(facts && planMigration(["mine", "other"], facts)).toEqual([
      { kind: "drop-rule", rule: "ha-group-mine" },
    ]);
  });

  it("need nothing on a fresh installation", () => {
    const facts = parseMigrationFacts("done\n[]");
    expect(facts && planMigration(["mine"], facts)).toEqual([]);
  });

  it.each(["", "done\n", "done\nno quorum", "[]"])("are not guessed from %j", (output) => {
    expect(parseMigrationFacts(output)).toBeUndefined();
  });
});
