import { describe, expect, it } from "vitest";
import { objectionsTo } from "../../../../automation/drill/preconditions.js";
import type { NodeDrill } from "../../../../automation/drill/record.js";
import type { NodeLook } from "../../../../automation/fence/sight.js";
import { HA, type Picture, planOf, sightOf } from "../fence/sights.js";

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
/** frege's own file names storages, and a sound cluster has them. */
const STORAGES = Object.fromEntries(planOf().storages.map(({ id }) => [id, "active"]));

const against = (
  drill: NodeDrill,
  picture: Picture = {},
  seen: Partial<NodeLook> = {},
  node = "russell",
) =>
  objectionsTo(drill, node, planOf(picture.stack), sightOf({ storages: STORAGES, ...picture }), {
    ...SOUND,
    ...seen,
  });

describe("a drill", () => {
  it.each(["off", "crash", "isolate", "cut"] as const)(
    "%s may begin on a sound cluster",
    (drill) => {
      expect(against(drill)).toEqual([]);
    },
  );

  it.each<[string, Picture, Partial<NodeLook>, RegExp]>([
    ["another node is away", { away: ["frege"] }, {}, /frege is unreachable/],
    ["it would cost the quorum", { away: ["frege"] }, {}, /quorum takes 2/],
    ["nobody has quorum", { quorate: false }, {}, /no node that answers has quorum/],
    ["a storage is missing", { storages: {} }, {}, /the cluster is not healthy/],
    [
      "a node is out of service",
      {
        maintenance: [
          {
            version: 1,
            node: "frege",
            since: 0,
            until: 1,
            ha: true,
            noout: false,
            keeper: "russell",
            moved: [],
          },
        ],
      },
      {},
      /frege is out of service/,
    ],
    ["HA did not tell", { ha: ["frege did not tell within 5 s"] }, {}, /it did not tell/],
    ["a fencer is paused", { daemon: { paused: true } }, {}, /fencer of frege: PAUSED/],
    ["quorum is new", { daemon: { graceS: 200 } }, {}, /acts on nobody for 200 s/],
    ["a pair is broken", { broken: "russell" }, {}, /frege could not switch off russell/],
    ["the matrix is old", { matrixAgeS: 100_000 }, {}, /looked at 28 h ago; `drill verify`/],
    [
      "a case is open",
      { daemon: { cases: [{ node: "frege", step: "left-off", holder: "russell" }] } },
      {},
      /frege: it stays off until/,
    ],
    ["Ceph says no", {}, { ceph: { kind: "told", against: ["HEALTH_ERR"] } }, /HEALTH_ERR/],
    [
      "Ceph could not be asked",
      {},
      { ceph: { kind: "unknown", why: "late" } },
      /whether Ceph can spare it is not known: late/,
    ],
    [
      "a guest is not under HA",
      {},
      {
        guests: {
          kind: "running",
          managed: [],
          unmanaged: ["vm:7"],
          inMaintenance: false,
          isCountedOn: true,
        },
      },
      /nobody would start vm:7 elsewhere/,
    ],
    [
      "somebody works there",
      {},
      {
        guests: {
          kind: "running",
          managed: [],
          unmanaged: [],
          inMaintenance: true,
          isCountedOn: false,
        },
      },
      /in HA maintenance/,
    ],
    [
      "its guests are not known",
      {},
      { guests: { kind: "unknown", why: "late" } },
      /which guests run on russell is not known/,
    ],
  ])("is refused when %s", (_what, picture, seen, words) => {
    expect(against("off", picture, seen).join("\n")).toMatch(words);
  });

  it("that loses a node is refused where nothing would be recovered; off is not", () => {
    const idle = HA.filter((line) => !line.includes("vm:100"));
    expect(against("crash", { ha: idle })).toEqual([
      expect.stringMatching(/no started service on russell.*start a guest under HA there/),
    ]);
    expect(against("off", { ha: idle })).toEqual([]);
  });

  it("is refused where a guest of the node has no other home", () => {
    const plan = planOf();
    const stuck = {
      ...plan,
      feasibility: {
        ...plan.feasibility,
        losses: [{ lost: "russell", moves: {}, homeless: ["vm:100"], waiting: [] }],
      },
    };
    const sight = sightOf({ storages: STORAGES });
    expect(objectionsTo("cut", "russell", stuck, sight, SOUND)).toEqual([
      "vm:100 cannot run on any other node",
    ]);
  });

  it("needs a power device, but for isolation, which the node's own watchdog ends", () => {
    const node = "pve-aimax-01";
    const picture = { stack: "homelab", ha: [...HA, `service vm:1 (${node}, started)`] } as const;
    expect(against("crash", picture, {}, node).join()).toMatch(/has no power device/);
    expect(against("isolate", picture, {}, node).join()).not.toMatch(/has no power device/);
  });

  it("takes a device that nobody has looked at for one that is not proved", () => {
    const sight = sightOf({ storages: STORAGES });
    const view = { ...sight.view, fencing: { ...sight.view.fencing, pairs: [] } };
    expect(objectionsTo("off", "russell", planOf(), { ...sight, view }, SOUND)).toEqual([
      "frege has not looked at amt 10.203.3.22 of russell yet; `drill verify` looks now",
      "wittgenstein has not looked at amt 10.203.3.22 of russell yet; `drill verify` looks now",
    ]);
  });
});
