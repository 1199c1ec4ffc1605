import { describe, expect, it } from "vitest";
import { type PackageFacts, parsePackageFacts } from "../../../../automation/upgrade/facts.js";
import { againstPackages } from "../../../../automation/upgrade/judge.js";
import { keptFiles } from "../../../../automation/upgrade/packages-job.js";
import { type Circumstances, planUpgrade } from "../../../../automation/upgrade/plan.js";
import { planLines } from "../../../../automation/upgrade/render.js";

const GIB = 2 ** 30;
const facts = (node: string, more: Partial<PackageFacts> = {}): PackageFacts => ({
  node,
  changes: [{ name: "tree", from: "1", to: "2" }],
  removed: [],
  held: [],
  isHalfInstalled: false,
  listsAgeS: 600,
  room: ["/", "/boot", "/var"].map((folder) => ({ folder, bytes: 10 * GIB })),
  runningKernel: "6.8.12-1-pve",
  nextKernel: "6.8.12-1-pve",
  asksForRestart: false,
  ...more,
});
const planOf = (more: Partial<Circumstances> = {}) =>
  planUpgrade({
    facts: ["frege", "russell", "wittgenstein"].map((node) => facts(node)),
    master: "frege",
    canary: undefined,
    begun: undefined,
    past: [],
    ...more,
  });
const orderOf = (more: Partial<Circumstances>) => planOf(more).nodes.map(({ node }) => node);

describe("the order of an upgrade", () => {
  it("has the HA master last", () => {
    expect(orderOf({})).toEqual(["russell", "wittgenstein", "frege"]);
  });
  it("has the canary first, also when it is the master", () => {
    expect(orderOf({ canary: "frege" })).toEqual(["frege", "russell", "wittgenstein"]);
  });
  it("has the node first on which an earlier run was cut, also with nothing left to upgrade", () => {
    const done = [facts("frege"), facts("russell", { changes: [] })];
    expect(orderOf({ facts: done, begun: "russell" })).toEqual(["russell", "frege"]);
  });
  it("has also a node that is up to date, and where dpkg was cut in the middle", () => {
    const cut = facts("frege", { changes: [], isHalfInstalled: true });
    expect(orderOf({ facts: [cut] })).toEqual(["frege"]);
  });
  it("leaves out what is up to date", () => {
    const { nodes, current } = planOf({ facts: [facts("frege", { changes: [] })] });
    expect([nodes, current]).toEqual([[], ["frege"]]);
  });
});

describe("a restart", () => {
  it.each([
    [
      "a kernel that comes",
      { changes: [{ name: "proxmox-kernel-6.8.12-2-pve", from: undefined, to: "6.8.12-2" }] },
    ],
    ["microcode that comes", { changes: [{ name: "intel-microcode", from: "1", to: "2" }] }],
    ["a kernel that is installed and does not run", { nextKernel: "6.8.12-2-pve" }],
    ["a package that asks for it", { asksForRestart: true }],
  ])("is due for %s", (_why, more) => {
    expect(planOf({ facts: [facts("frege", more)] }).nodes[0]?.restart).toHaveLength(1);
  });
  it("is not due for the tools of a kernel", () => {
    const changes = [{ name: "proxmox-kernel-helper", from: "1", to: "2" }];
    expect(planOf({ facts: [facts("frege", { changes })] }).nodes[0]?.restart).toEqual([]);
  });
});

it("takes as long as earlier upgrades of the same node and kind", () => {
  const past = [
    { node: "frege", seconds: 60, isRestarted: false },
    { node: "frege", seconds: 900, isRestarted: true },
    { node: "russell", seconds: 120, isRestarted: false },
  ];
  const said = Object.fromEntries(
    planOf({ past }).nodes.map(({ node, seconds }) => [node, seconds]),
  );
  expect(said).toEqual({ frege: 60, russell: 120, wittgenstein: 120 });
});

it("says what comes, what stays, and that it knows no other major", () => {
  const text = planLines(planOf({ facts: [facts("frege", { held: ["htop"] })] }), 8).join("\n");
  expect(text).toMatch(/1\. frege: 1 package, no earlier upgrade tells how long/);
  expect(text).toContain("tree 1 -> 2");
  expect(text).toContain("because they are held: htop");
  expect(text).toContain("stays within Proxmox VE 8");
});

describe("what stands against an upgrade", () => {
  it("is nothing on a host with room", () => {
    expect(againstPackages(facts("frege"))).toEqual([]);
  });
  it("is a full /boot", () => {
    const room = facts("frege").room.map((one) =>
      one.folder === "/boot" ? { ...one, bytes: 1 } : one,
    );
    expect(againstPackages(facts("frege", { room }))).toEqual([
      "frege has 0.00 GiB free in /boot, and an upgrade needs 0.25 GiB",
    ]);
  });
  it("is the loss of Proxmox itself", () => {
    expect(againstPackages(facts("frege", { removed: ["tree", "proxmox-ve"] })).join()).toContain(
      "would remove proxmox-ve from frege",
    );
  });
});

describe("what hosts say", () => {
  const MARK = "\n@@proxmox-ha-upgrade@@";
  const said = (simulation: string) =>
    `${MARK}simulation\n${simulation}${MARK}held\nhtop\n${MARK}audit\n${MARK}lists\n100\n200\n${MARK}now\n260\n${MARK}room\n1\n2\n3\n${MARK}running\n6.8.12-1-pve\n${MARK}kernels\n6.8.12-1-pve\n6.8.12-2-pve\n${MARK}pin\n${MARK}pin 1\n${MARK}required\n${MARK}required 1\n`;
  it("is read", () => {
    expect(
      parsePackageFacts(
        said(
          "Inst tree [1.0] (2.0 Debian:12/stable [amd64])\nInst new (3.0 x)\nRemv old [1]\nConf tree (2.0)\n",
        ),
        "frege",
      ),
    ).toEqual({
      node: "frege",
      changes: [
        { name: "tree", from: "1.0", to: "2.0" },
        { name: "new", from: undefined, to: "3.0" },
      ],
      removed: ["old"],
      held: ["htop"],
      isHalfInstalled: false,
      listsAgeS: 60,
      room: [
        { folder: "/", bytes: 1 },
        { folder: "/boot", bytes: 2 },
        { folder: "/var", bytes: 3 },
      ],
      runningKernel: "6.8.12-1-pve",
      nextKernel: "6.8.12-2-pve",
      asksForRestart: false,
    });
  });
  it("is no plan when apt cannot tell", () => {
    expect(() => parsePackageFacts(said(`${MARK}simulation 100\n`), "frege")).toThrow(
      "`apt-get -s dist-upgrade` fails there",
    );
  });
  it("names the configuration files that were kept", () => {
    expect(keptFiles("Setting up\nkept as it was: /etc/a.conf.dpkg-dist\n")).toEqual([
      "/etc/a.conf",
    ]);
  });
});
