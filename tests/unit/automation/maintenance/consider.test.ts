import { describe, expect, it } from "vitest";
import type { NodeLook } from "../../../../automation/fence/sight.js";
import { effectsOf, objectionsTo } from "../../../../automation/maintenance/consider.js";
import type { Inventory } from "../../../../automation/maintenance/inventory.js";
import { planMoves } from "../../../../automation/maintenance/moves.js";
import { type Picture, planOf, sightOf } from "../fence/sights.js";

const GIB = 2 ** 30;
const STORAGES = Object.fromEntries(planOf().storages.map(({ id }) => [id, "active"]));
const SOUND: NodeLook = {
  guests: {
    kind: "running",
    managed: ["vm:100"],
    unmanaged: [],
    inMaintenance: false,
    isCountedOn: true,
  },
  ceph: { kind: "told", against: [] },
};
type Guest = Inventory["guests"][number];
const guest = (id: number, more: Partial<Guest> = {}): Guest => ({
  id,
  kind: "vm",
  node: "russell",
  running: true,
  bytes: 2 * GIB,
  managed: false,
  ...more,
});
const cluster = (guests: readonly Guest[], free = 8): Inventory => ({
  guests,
  nodes: ["frege", "russell", "wittgenstein"].map((node, at) => ({
    node,
    freeBytes: (free + at) * GIB,
  })),
});
const kept = {
  version: 1,
  node: "frege",
  since: 0,
  until: 10,
  ha: true,
  noout: false,
  keeper: "russell",
  moved: [],
} as const;

function against(
  picture: Picture = {},
  {
    seen = {},
    inventory = cluster([guest(100, { managed: true })]),
  }: { seen?: Partial<NodeLook>; inventory?: Inventory } = {},
): string {
  const sight = sightOf({ storages: STORAGES, ...picture });
  return objectionsTo(planOf(), "russell", {
    sight,
    seen: { ...SOUND, ...seen },
    inventory,
    moves: planMoves(inventory, "russell"),
    records: sight.maintenance,
  }).join("\n");
}

describe("taking a node out of service", () => {
  it("is nothing against on a sound cluster, and again once it has begun", () => {
    expect(against()).toBe("");
    expect(against({ maintenance: [{ ...kept, node: "russell", keeper: "frege" }] })).toBe("");
  });

  it.each<[string, Picture, { seen?: Partial<NodeLook>; inventory?: Inventory }, RegExp]>([
    ["another node is away", { away: ["frege"] }, {}, /frege is unreachable.*quorum takes 2/s],
    ["nobody has quorum", { quorate: false }, {}, /no node that answers has quorum/],
    [
      "another node is out of service",
      { maintenance: [kept] },
      {},
      /frege is in maintenance already/,
    ],
    ["HA did not tell", { ha: ["frege did not tell within 5 s"] }, {}, /it did not tell/],
    [
      "Ceph cannot spare it",
      {},
      { seen: { ceph: { kind: "told", against: ["2 of 6 OSDs are down"] } } },
      /2 of 6 OSDs are down/,
    ],
    [
      "its guests are not known",
      {},
      { seen: { guests: { kind: "unknown", why: "late" } } },
      /which guests run on russell is not known/,
    ],
    [
      "a container is under nobody's care",
      {},
      { inventory: cluster([guest(200, { kind: "container" })]) },
      /container 200 is not under HA.*pct migrate 200/,
    ],
    [
      "a guest fits nowhere",
      {},
      { inventory: cluster([guest(700, { bytes: 9.5 * GIB }), guest(701, { bytes: 9 * GIB })]) },
      /no other node has room for guest 701: it has 9.0 GiB of memory, and the most that is free elsewhere after the others is 8.0 GiB/,
    ],
  ])("is refused while %s", (_what, picture, more, words) => {
    expect(against(picture, more)).toMatch(words);
  });

  it("says what becomes of each guest, and when it counts as forgotten", () => {
    const moves = planMoves(
      cluster([guest(100, { managed: true }), guest(7), guest(8, { running: false })]),
      "russell",
    );
    const said = effectsOf("russell", { sight: sightOf(), moves }, { hours: 2, ceph: true });
    expect(said).toEqual([
      "HA moves 100 to other nodes while they run",
      "guest 7, which is not under HA, is moved to wittgenstein while it runs, and back at the end",
      "Ceph keeps the OSDs of russell in (noout for this node alone)",
      "russell is the HA master: another node takes that over",
      "the fencers leave russell alone while HA has nothing on it",
      "after 2 h it counts as forgotten: `status` says so, root gets a mail, and Ceph judges its OSDs as ever",
    ]);
  });
});

describe("guests that have to leave", () => {
  it("go to the node with most left, the largest first, and never to the one that they leave", () => {
    const moves = planMoves(
      cluster([
        guest(1, { bytes: GIB }),
        guest(2, { bytes: 5 * GIB }),
        guest(3, { bytes: 4 * GIB }),
      ]),
      "russell",
    );
    expect(moves.map(({ guest: id, to }) => [id, to])).toEqual([
      [2, "wittgenstein"],
      [3, "frege"],
      [1, "wittgenstein"],
    ]);
  });
});
