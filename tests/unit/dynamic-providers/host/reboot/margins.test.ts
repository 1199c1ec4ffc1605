import { describe, expect, it } from "vitest";
import { parseCephMargin } from "../../../../../dynamic-providers/health/ceph-margin.js";
import { reasons } from "../../../../../dynamic-providers/health/condition.js";
import { spareForRestart } from "../../../../../dynamic-providers/health/spare.js";
import { parseMembershipFacts } from "../../../../../dynamic-providers/membership/facts.js";
import { guestParts, runningGuests } from "../../../../../dynamic-providers/membership/guests.js";
import { saidOf } from "../../../../support/said.js";
import { type MemberPicture, memberParts, printedFacts } from "../../pvecm/fake-cluster.js";

describe("what runs on a node", () => {
  const seen = (node: string, ...answers: readonly unknown[]) => {
    const isMember = answers.length > 2;
    const texts = answers.map((one) => JSON.stringify(one));
    return runningGuests(saidOf(guestParts(isMember), texts), isMember, node);
  };
  const vms = [
    { vmid: 101, status: "running", name: "db" },
    { vmid: "102", status: "running" },
    { vmid: 103, status: "stopped", name: "old" },
  ];

  it("is told apart by whether HA looks after it", () => {
    const status = { manager_status: { node_status: { frege: "online" } } };
    const ha = [
      { sid: "vm:101", state: "started" },
      { sid: "ct:200", state: "ignored" },
    ];
    expect(seen("frege", vms, [{ vmid: 200, status: "running" }], ha, status)).toEqual({
      managed: ["vm:101"],
      unmanaged: ["vm:102", "ct:200"],
      inMaintenance: false,
      isCountedOn: true,
    });
  });

  it("is named on a host in no cluster, where there is no HA to ask", () => {
    expect(seen("frege", vms, [])).toEqual({
      managed: [],
      unmanaged: ["vm:101 (db)", "vm:102"],
      inMaintenance: false,
      isCountedOn: true,
    });
  });

  it("includes whether the node is in maintenance", () => {
    const status = { manager_status: { node_status: { frege: "maintenance" } } };
    expect(seen("frege", [], [], [], status).inMaintenance).toBe(true);
    expect(seen("plato", [], [], [], status).inMaintenance).toBe(false);
  });

  it("is counted on once the manager has seen it again and its own part of HA says so", () => {
    const counted = (state: string, mode: string) =>
      seen("frege", [], [], [], {
        manager_status: { node_status: { frege: state } },
        lrm_status: { frege: { mode } },
      }).isCountedOn;
    // A node that was switched off while in maintenance: what the manager says of it while it starts, in this order.
    expect(counted("unknown", "maintenance")).toBe(false);
    expect(counted("online", "maintenance")).toBe(false);
    expect(counted("maintenance", "maintenance")).toBe(false);
    expect(counted("online", "active")).toBe(true);
  });

  it("is unknown without an answer, which is not the same as nothing", () => {
    expect(() => saidOf(guestParts(false), [])).toThrow(/it has no end/);
    expect(() => seen("frege", [])).toThrow(/it has no end/);
    const said = saidOf(guestParts(false), ["[]", "no quorum"]);
    expect(() => runningGuests(said, false, "frege")).toThrow("no quorum");
  });
});

describe("a cluster that loses a member for a while", () => {
  const against = (picture: Partial<MemberPicture>, parts: Readonly<Record<string, string>> = {}) =>
    reasons(
      spareForRestart(
        "frege",
        parseMembershipFacts(
          printedFacts({
            ...memberParts("frege", 0, { names: ["frege", "russell", "wittgenstein"], ...picture }),
            ...parts,
          }),
        ),
      ),
    );

  it("spares one of three when all are there", () => {
    expect(against({})).toEqual([]);
  });

  it("spares none without quorum", () => {
    expect(against({ quorate: false })).toEqual(["frege has no quorum (3 of 3 votes)"]);
  });

  it("spares none of two", () => {
    expect(against({ names: ["frege", "russell"] })).toEqual([
      "without frege 1 of 2 votes would be left, and quorum takes 2",
    ]);
  });

  it("spares none while another one is away", () => {
    const members = JSON.stringify({
      cluster: { quorate: 1 },
      nodelist: {
        frege: { id: 1, online: 1 },
        russell: { id: 2, online: 0 },
        wittgenstein: { id: 3, online: 1 },
      },
    });
    const quorum = "Quorate:          Yes\nExpected votes:   3\nTotal votes:      2\n";
    expect(against({}, { members, quorum })).toEqual([
      "russell is not online",
      "without frege 1 of 3 votes would be left, and quorum takes 2",
    ]);
  });
});

describe("Ceph's margin", () => {
  const answer = (status: unknown, osds = "exit 0", monitor = "exit 0"): string =>
    `\n@@proxmox-ha-ceph@@status\n${typeof status === "string" ? status : JSON.stringify(status)}\n` +
    `\n@@proxmox-ha-ceph@@osds\n${osds}\n\n@@proxmox-ha-ceph@@monitor\n${monitor}\n`;
  const healthy = {
    health: { status: "HEALTH_OK" },
    osdmap: { num_osds: 6, num_up_osds: 6 },
    pgmap: { pgs_by_state: [{ state_name: "active+clean", count: 129 }] },
  };

  it("is no matter where there is no Ceph", () => {
    expect(parseCephMargin("no ceph\n").against).toEqual([]);
  });

  it("suffices when all is clean, also while it scrubs or warns", () => {
    expect(parseCephMargin(answer(healthy)).against).toEqual([]);
    expect(
      parseCephMargin(
        answer({
          ...healthy,
          health: { status: "HEALTH_WARN" },
          pgmap: { pgs_by_state: [{ state_name: "active+clean+scrubbing", count: 1 }] },
        }),
      ).against,
    ).toEqual([]);
  });

  it.each([
    ["errors", { ...healthy, health: { status: "HEALTH_ERR" } }, "Ceph reports HEALTH_ERR"],
    ["OSDs down", { ...healthy, osdmap: { num_osds: 6, num_up_osds: 4 } }, "2 of 6 OSDs are down"],
    [
      "copies missing",
      {
        ...healthy,
        pgmap: { pgs_by_state: [{ state_name: "active+undersized+degraded", count: 12 }] },
      },
      "placement groups are not clean: 12 active+undersized+degraded",
    ],
    ["no answer", "timed out", "Ceph does not answer (timed out)"],
  ])("does not suffice with %s", (_with, status, sentence) => {
    expect(parseCephMargin(answer(status)).against).toEqual([sentence]);
  });

  it("does not suffice when Ceph itself says so, in its words", () => {
    const words = "Error EBUSY: (not stopped) 3 PGs would become inactive\nexit 16";
    expect(parseCephMargin(answer(healthy, words, "exit 124")).against).toEqual([
      "Ceph cannot spare its OSDs: Error EBUSY: (not stopped) 3 PGs would become inactive",
      "Ceph cannot spare its monitor: no answer",
    ]);
  });

  it("says of OSDs what would stop serving, and not which groups", () => {
    const words =
      'Error EBUSY: unsafe to stop osd(s) at this time\n{"ok_to_stop":false,"osds":[1,4],"num_ok_pgs":0,"num_not_ok_pgs":2,"bad_become_inactive":["1.0","1.1"]}\nexit 16';
    expect(parseCephMargin(answer(healthy, words, "exit 0")).against).toEqual([
      "Ceph cannot spare its OSDs: without osd.1 and osd.4 2 placement groups would stop serving",
    ]);
  });

  it("does not suffice when the answer is cut off", () => {
    expect(parseCephMargin("\n@@proxmox-ha-ceph@@status\n").against).toHaveLength(3);
  });
});
