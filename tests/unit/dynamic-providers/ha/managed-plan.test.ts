import { describe, expect, it } from "vitest";
import type { GuestsInputs } from "../../../../dynamic-providers/ha/guests/schema.js";
import {
  GROUPS_PENDING,
  haParts,
  managedFacts,
  RULES,
} from "../../../../dynamic-providers/ha/managed-facts.js";
import { planManaged, waitingGuests } from "../../../../dynamic-providers/ha/managed-plan.js";
import { saidOf } from "../../../support/said.js";

type Wish = Pick<GuestsInputs, "resources" | "rules">;

const managed = (sid: string): Wish["resources"][number] => ({
  sid,
  state: "started",
  maxRestart: 1,
  maxRelocate: 1,
  failback: true,
});
const PLACED: Wish["rules"][number] = {
  type: "node-affinity",
  name: "ms01-cluster",
  resources: ["vm:100", "vm:101"],
  nodes: { frege: 100, russell: 50 },
  strict: false,
};
const APART: Wish["rules"][number] = {
  type: "resource-affinity",
  name: "dns",
  resources: ["vm:100", "vm:101"],
  affinity: "negative",
};
const WISH: Wish = { resources: [managed("vm:100"), managed("vm:101")], rules: [APART, PLACED] };

/** What a member prints, in Proxmox's own shapes. */
function facts(
  guests: readonly string[],
  resources: readonly object[],
  rules: readonly object[] = [],
) {
  const ids = Object.fromEntries(
    guests.map((sid) => {
      const [kind, id = ""] = sid.split(":");
      return [id, { node: "frege", type: kind === "vm" ? "qemu" : "lxc", version: 3 }];
    }),
  );
  const texts = [{ version: 7, ids }, resources, rules].map((part) => JSON.stringify(part));
  return managedFacts(saidOf(haParts(9), [...texts, "done"]), 9);
}
const commands = (...args: Parameters<typeof planManaged>): string[] =>
  planManaged(...args).map(({ kind, step }) => `${kind} ${step.command}`);

describe("guests under HA", () => {
  it("are only those that exist, and their rules hold no others", () => {
    expect(commands(WISH, facts(["vm:100"], []), undefined)).toEqual([
      "add ha-manager add vm:100 --state started --max_restart 1 --max_relocate 1 --failback 1",
      "add ha-manager rules add node-affinity ms01-cluster --resources vm:100 --nodes frege:100,russell:50 --strict 0",
    ]);
    expect(waitingGuests(WISH, ["vm:100", "ct:101"])).toEqual(["vm:101"]);
  });

  it("come under rules between guests last, once two of them exist", () => {
    const all = commands(WISH, facts(["vm:100", "vm:101"], []), undefined);
    expect(all.at(-1)).toBe(
      "add ha-manager rules add resource-affinity dns --resources vm:100,vm:101 --affinity negative",
    );
    expect(all).toHaveLength(4);
  });

  it("need nothing when Proxmox says the same in its own words, wherever they run", () => {
    const found = facts(
      ["vm:100", "vm:101"],
      [
        { sid: "vm:100", type: "vm", state: "enabled", digest: "a" },
        { sid: "vm:101", type: "vm", max_restart: "1", failback: 1 },
      ],
      [
        {
          rule: "ms01-cluster",
          type: "node-affinity",
          resources: "vm:101,vm:100",
          nodes: "russell:50,frege:100",
          strict: 0,
          order: 1,
        },
        {
          rule: "dns",
          type: "resource-affinity",
          resources: "vm:100,vm:101",
          affinity: "negative",
        },
      ],
    );
    expect(planManaged(WISH, found, WISH)).toEqual([]);
  });

  it("show what was changed by hand", () => {
    const found = facts(
      ["vm:100"],
      [{ sid: "vm:100", state: "stopped", max_restart: 3 }],
      [
        {
          rule: "ms01-cluster",
          type: "node-affinity",
          resources: "vm:100",
          nodes: "frege:100",
          strict: 1,
          disable: 1,
        },
      ],
    );
    expect(
      planManaged(WISH, found, undefined).map(({ kind, path, from, to }) => [kind, path, from, to]),
    ).toEqual([
      ["change", "guests[vm:100]", "state stopped, max_restart 3", "state started, max_restart 1"],
      [
        "change",
        "rules[ms01-cluster]",
        "enabled false, nodes frege:100, strict true",
        "enabled true, nodes frege:100,russell:50, strict false",
      ],
    ]);
  });

  it("keep guests in a rule that people added, and add their own without trampling", () => {
    const rule = {
      rule: "ms01-cluster",
      type: "node-affinity",
      resources: "vm:900",
      nodes: "frege:100,russell:50",
      strict: 0,
    };
    const found = facts(["vm:100", "vm:900"], [{ sid: "vm:100" }, { sid: "vm:900" }], [rule]);
    expect(commands({ resources: [managed("vm:100")], rules: [PLACED] }, found, undefined)).toEqual(
      [
        "add ha-manager rules set node-affinity ms01-cluster --resources vm:100,vm:900 --nodes frege:100,russell:50 --strict 0",
      ],
    );
  });

  it("leave HA and their rules when the file no longer has them, the rules first", () => {
    const found = facts(
      ["vm:100"],
      [{ sid: "vm:100" }, { sid: "vm:900" }],
      [{ rule: "ms01-cluster", type: "node-affinity", resources: "vm:100", nodes: "frege" }],
    );
    expect(commands(undefined, found, WISH)).toEqual([
      "remove ha-manager rules remove ms01-cluster",
      "remove ha-manager remove vm:100",
    ]);
    expect(commands(undefined, facts([], []), WISH)).toEqual([]);
  });

  it("name their group on Proxmox VE 8, and leave it when they follow none any more", () => {
    const grouped: Wish = {
      resources: [{ sid: "vm:100", state: "started", maxRestart: 1, maxRelocate: 1, group: "g1" }],
      rules: [],
    };
    const alone: Wish = {
      resources: [{ sid: "vm:100", state: "started", maxRestart: 1, maxRelocate: 1 }],
      rules: [],
    };
    expect(commands(grouped, facts(["vm:100"], []), undefined)[0]).toMatch(/--group g1$/);
    const found = facts(["vm:100"], [{ sid: "vm:100", group: "g1" }]);
    expect(commands(alone, found, grouped)[0]).toMatch(/--delete group$/);
    expect(commands(alone, found, alone)).toEqual([]);
  });

  it("share one answer with the conversion of groups", () => {
    const rule = { rule: "a", type: "node-affinity", resources: "vm:100" };
    const said = saidOf(haParts(9), ['{"ids":{}}', "[]", JSON.stringify([rule]), "pending\n"]);
    expect(said.of(GROUPS_PENDING)).toBe(true);
    expect(said.of(RULES)).toEqual([rule]);
  });

  it("are not guessed at when a member without quorum prints an error", () => {
    expect(() => managedFacts(saidOf(haParts(8), ["no quorum", "[]"]), 8)).toThrow("no quorum");
    expect(() => saidOf(haParts(8), ['{"ids":{}}'])).toThrow(/it has no end/);
  });
});
