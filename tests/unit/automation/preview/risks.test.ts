import { readdirSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { kindOf } from "../../../../automation/engine/steps.js";
import { WAITS } from "../../../../automation/engine/waits.js";
import { NEEDS } from "../../../../automation/preview/consent-needs.js";
import { LET_GO } from "../../../../automation/preview/let-go.js";
import { JUDGES, RISKS, type Risk, risksOf } from "../../../../automation/preview/risks.js";
import { typeToken } from "../../../../dynamic-providers/kit/dynamic-resource.js";
import { change, guest, on, PLAN, STANDS } from "./changes.js";

const ROOT = path.resolve(__dirname, "..", "..", "..", "..", "dynamic-providers");

/** Kinds as a preview calls them, by the folders of their resources. */
function kinds(): string[] {
  return readdirSync(ROOT, { recursive: true, encoding: "utf8" })
    .filter((file) => path.basename(file) === "resource.ts")
    .map((file) => kindOf(typeToken(path.dirname(file))));
}

it("judges, asks and waits for kinds that there are", () => {
  const known = [...kinds(), "proxmoxve/Hagroup"];
  expect(known.length).toBeGreaterThan(40);
  for (const list of [JUDGES, LET_GO, NEEDS, WAITS].map((byKind) => Object.keys(byKind))) {
    expect(list.length).toBeGreaterThan(5);
    expect(list.filter((kind) => !known.includes(kind))).toEqual([]);
  }
});

const osds = (...disks: object[]) => ({ ...on("node-1"), disks });
const disk = { path: "/dev/disk/by-id/one", serial: "S1" };
const WIPED = { ...disk, wipe: { what: "ext4", digest: "d" } };

describe("a step's risks", () => {
  it.each<[string, ReturnType<typeof change>, readonly Risk[]]>([
    ["a file", change("update", "host/Files", { after: { files: {} } }), ["none"]],
    ["a gate", change("create", "host/Paths"), ["none"]],
    ["a network", change("update", "host/Network", { after: on("node-1") }), ["traffic cut"]],
    ["the first network", change("create", "host/Network"), ["traffic cut"]],
    [
      "links that change",
      change("update", "pvecm/Links", { before: { members: [] }, after: { members: [1] } }),
      ["traffic cut"],
    ],
    ["a join", change("create", "pvecm/Member"), ["irreversible"]],
    ["a node that leaves", change("create", "pvecm/Removal"), ["irreversible"]],
    ["a guest that is made", change("create", "guest/Vm", { after: guest() }), ["none"]],
    [
      "a guest that goes",
      change("remove", "guest/Vm", { before: guest() }),
      ["irreversible", "data at risk"],
    ],
    [
      "another description",
      change("update", "guest/Vm", {
        before: guest(),
        after: guest({ settings: { cores: "2", description: "two" } }),
      }),
      ["none"],
    ],
    [
      "more memory of a virtual machine",
      change("update", "guest/Vm", {
        before: guest(),
        after: guest({ worded: { memory: { current: "4096" } } }),
      }),
      ["restart"],
    ],
    [
      "a larger disk",
      change("update", "guest/Vm", {
        before: guest(),
        after: guest({ disks: [{ slot: "scsi0", storage: "nfs", gib: 64 }] }),
      }),
      ["irreversible"],
    ],
    [
      "a container's volume that moves, which it does at rest",
      change("update", "guest/Container", {
        before: guest({ kind: "container" }),
        after: guest({
          kind: "container",
          disks: [{ slot: "scsi0", storage: "ceph", gib: 32 }],
        }),
      }),
      ["restart"],
    ],
    ["a storage that goes", change("remove", "proxmoxve/Nfs"), ["data at risk"]],
    ["a storage that comes", change("create", "proxmoxve/Nfs"), ["none"]],
    [
      "a storage that stays with its pool",
      change("remove", "pvesm/Storage", { before: { storage: "disks", type: "rbd" } }),
      ["none"],
    ],
    [
      "another key of backups",
      change("update", "pvesm/Storage", {
        before: { encryptionKey: 1 },
        after: { encryptionKey: 2 },
      }),
      ["data at risk"],
    ],
    ["empty disks", change("create", "pveceph/Osds", { after: osds(disk) }), ["none"]],
    [
      "a disk that is emptied",
      change("update", "pveceph/Osds", { after: osds(WIPED) }),
      ["irreversible"],
    ],
    [
      "a disk that was emptied by the last run",
      change("update", "pveceph/Osds", { before: osds(WIPED), after: osds(WIPED) }),
      ["none"],
    ],
    [
      "an OSD that leaves",
      change("update", "pveceph/Osds", {
        after: { ...osds(disk), leaving: [{ osd: 3, uuid: "u" }] },
      }),
      ["data at risk"],
    ],
    [
      "fewer copies",
      change("update", "pveceph/Pool", {
        before: { size: 3, minSize: 2 },
        after: { size: 2, minSize: 2 },
      }),
      ["data at risk"],
    ],
    [
      "more copies",
      change("update", "pveceph/Pool", {
        before: { size: 2, minSize: 2 },
        after: { size: 3, minSize: 2 },
      }),
      ["none"],
    ],
    ["a new release of Ceph", change("create", "pveceph/Release"), ["irreversible", "restart"]],
    [
      "pools that are destroyed",
      change("create", "pveceph/RetiredPools", {
        after: { pools: [{ kind: "storage" }, { kind: "pool" }] },
      }),
      ["irreversible", "data at risk"],
    ],
    [
      "a storage that is taken out, and its pool stays",
      change("create", "pveceph/RetiredPools", { after: { pools: [{ kind: "storage" }] } }),
      ["none"],
    ],
    [
      "another placement",
      change("update", "ha/Guests", { before: { rules: [] }, after: { rules: [1] } }),
      ["guests moved"],
    ],
    [
      "who makes guests",
      change("update", "ha/Guests", { before: { made: [] }, after: { made: [1] } }),
      ["none"],
    ],
    [
      "a first placement of guests that run",
      change("create", "ha/Guests", { after: { present: ["vm:1"] } }),
      ["guests moved"],
    ],
  ])("of %s", (_what, step, risks) => {
    expect(risksOf(step, STANDS)).toEqual(risks);
  });

  const restart = change("update", "host/Reboot", { after: { ...on("node-1"), policy: "ask" } });
  const withGuests = {
    ...PLAN,
    feasibility: {
      ...PLAN.feasibility,
      maintenance: [{ node: "node-1", moves: { "vm:100": "node-2" }, stops: [] }],
    },
  };

  it("has guests moved by a restart where the plan has some to move, and the cluster stands", () => {
    expect(risksOf(restart, STANDS)).toEqual(["restart"]);
    expect(risksOf(restart, { plan: withGuests, isNew: false })).toEqual([
      "restart",
      "guests moved",
    ]);
    expect(risksOf(restart, { plan: withGuests, isNew: true })).toEqual(["restart"]);
    const never = change("update", "host/Reboot", { after: { ...on("node-1"), policy: "never" } });
    expect(risksOf(never, { plan: withGuests, isNew: false })).toEqual(["none"]);
  });

  it("counts what was found different on the hosts as the file's own change", () => {
    const same = change("update", "guest/Vm", { before: guest(), after: guest() });
    expect(risksOf({ ...same, drifted: new Set(["cores"]) }, STANDS)).toEqual(["restart"]);
    expect(risksOf({ ...same, drifted: new Set(["description"]) }, STANDS)).toEqual(["none"]);
  });

  it("stands in the order of their weight, and `none` alone", () => {
    expect(RISKS.at(-1)).toBe("none");
    const both = change("update", "guest/Vm", {
      before: guest(),
      after: guest({ settings: {}, disks: [{ slot: "scsi0", storage: "nfs", gib: 64 }] }),
    });
    expect(risksOf(both, STANDS)).toEqual(["irreversible", "restart"]);
  });
});
