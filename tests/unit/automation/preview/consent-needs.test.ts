import { describe, expect, it } from "vitest";
import { consentsFor, lineOf } from "../../../../automation/preview/consent-needs.js";
import { change, guest, on, PLAN, STANDS } from "./changes.js";

const TODAY = "2026-11-30";
const names = (step: ReturnType<typeof change>, scene = STANDS): string[] =>
  consentsFor(step, scene, TODAY).map(({ name }) => name);

describe("the consents that a step asks for", () => {
  it.each<[string, ReturnType<typeof change>, readonly string[]]>([
    ["a guest that goes", change("remove", "guest/Vm", { before: guest() }), ["guest.web"]],
    [
      "a guest that has to start anew",
      change("update", "guest/Vm", { before: guest(), after: guest({ settings: {} }) }),
      ["restart.web"],
    ],
    [
      "one that always may",
      change("update", "guest/Vm", {
        before: guest(),
        after: guest({ settings: {}, mayRestart: true }),
      }),
      [],
    ],
    [
      "a host that may have to",
      change("update", "host/Reboot", { after: { ...on("node-1"), policy: "ask" } }),
      ["reboot.node-1"],
    ],
    [
      "one that is restarted anyway",
      change("update", "host/Reboot", { after: { ...on("node-1"), policy: "auto" } }),
      [],
    ],
    [
      "a node that leaves",
      change("create", "pvecm/Removal", { after: { node: "node-3" } }),
      ["node.node-3", "off.node-3"],
    ],
    ["a native storage", change("remove", "proxmoxve/Nfs"), ["storage.nfs-vms"]],
    [
      "a storage of ours",
      change("remove", "pvesm/Storage", { before: { storage: "pbs" } }),
      ["storage.pbs"],
    ],
    [
      "a storage that stays with its pool",
      change("remove", "pvesm/Storage", { before: { storage: "disks", type: "rbd" } }),
      [],
    ],
    [
      "another key",
      change("update", "pvesm/Storage", {
        before: { storage: "pbs", encryptionKey: 1 },
        after: { storage: "pbs", encryptionKey: 2 },
      }),
      ["storage.pbs.key"],
    ],
    [
      "an OSD that leaves, and a disk that is emptied",
      change("update", "pveceph/Osds", {
        after: {
          ...on("node-1"),
          disks: [{ path: "/dev/disk/by-id/one", serial: "S1", wipe: {} }],
          leaving: [{ osd: 3, uuid: "u" }],
        },
      }),
      ["osd.3", "wipe.node-1.S1"],
    ],
    [
      "a host that stands elsewhere",
      change("update", "pveceph/Locations", {
        before: {
          hosts: [
            { node: "node-1", rack: "a" },
            { node: "node-2", rack: "a" },
          ],
        },
        after: {
          hosts: [
            { node: "node-1", rack: "b" },
            { node: "node-2", rack: "a" },
          ],
        },
      }),
      ["move.node-1"],
    ],
    [
      "daemons that leave",
      change("create", "pveceph/Retired", { after: { daemons: [{ consent: "monitor.node-1" }] } }),
      ["monitor.node-1"],
    ],
    [
      "pools that are destroyed",
      change("create", "pveceph/RetiredPools", { after: { pools: [{ consent: "pool.old" }] } }),
      ["pool.old"],
    ],
    ["a release of Ceph", change("create", "pveceph/Release"), ["ceph.release"]],
    ["a QDevice that goes", change("remove", "pvecm/Qdevice"), ["qdevice"]],
    ["a file", change("update", "host/Files"), []],
  ])("of %s", (_what, step, asked) => {
    expect(names(step)).toEqual(asked);
  });

  it("are none for the restart of a host that is no member yet", () => {
    const first = change("create", "host/Reboot", { after: { ...on("node-1"), policy: "ask" } });
    expect(names(first, { plan: PLAN, isNew: true })).toEqual([]);
  });

  it("say what to write, and until when the file has them", () => {
    const step = change("create", "pvecm/Removal", { after: { node: "node-3" } });
    const plan = {
      ...PLAN,
      consentDays: { "node.node-3": "2026-12-05", "off.node-3": "2026-11-29" },
    };
    const needs = consentsFor(step, { plan, isNew: false }, TODAY);
    expect(needs.map(({ heldUntil, endedOn }) => ({ heldUntil, endedOn }))).toEqual([
      { heldUntil: "2026-12-05", endedOn: undefined },
      { heldUntil: undefined, endedOn: "2026-11-29" },
    ]);
    expect(lineOf(needs.filter(({ heldUntil }) => heldUntil === undefined))).toBe(
      'consent: {"off.node-3": 2026-11-30}',
    );
  });
});
