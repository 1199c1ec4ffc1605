import { describe, expect, it } from "vitest";
import { z } from "zod";
import { type Registered, type Run, runProgram, sectionOf } from "./recording.js";

const CEPH = {
  release: "squid",
  publicNetwork: "management",
  osds: { everyNode: [{ select: { model: "DATA*", size: "2TB" }, count: 2 }] },
  pools: { "vm-disks": { pgs: 32 }, archive: { storage: null } },
};
const connection = z.object({ node: z.string() });
const written = z.record(z.string(), z.looseObject({}));
const NODES = ["frege", "russell", "wittgenstein"];

/** The stack's own answer takes whichever disk is first, which may be one of these by then. */
const INSTALL = { country: "us", mail: "root@home.example", disks: { model: "SYSTEM*" } };

const made = (changes: object): Promise<Run> =>
  runProgram("frege", { changes: { install: INSTALL, ceph: { ...CEPH, ...changes } } });

function named(run: Run, name: string): Registered {
  const found = run.resources.find((one) => one.name === name);
  if (found === undefined) {
    throw new Error(`no resource ${name} among ${run.resources.map((one) => one.name).join(", ")}`);
  }
  return found;
}

describe("the phase Ceph", () => {
  it("makes packages, configuration, daemons, OSDs, pools and the gate, below one component", async () => {
    const run = await made({});
    const below = run.resources.filter(({ parent }) => parent === "ceph").map(({ name }) => name);
    expect(below.sort()).toEqual(
      [
        ...NODES.flatMap((node) =>
          ["packages", "monitor", "manager", "osds"].map((what) => `ceph-${node}-${what}`),
        ),
        "ceph-configuration",
        "ceph-modules",
        "ceph-pool-archive",
        "ceph-pool-vm-disks",
        "ceph-whole",
      ].sort(),
    );
  });

  it("makes the page of the managers behind their modules, with references to its secrets alone", async () => {
    const word = { env: "PAGE_PASSWORD" };
    const run = await made({
      managers: ["frege", "russell"],
      dashboard: { users: { viewer: { password: word } } },
    });
    const page = named(run, "ceph-dashboard");
    expect(page.dependencies).toEqual(
      expect.arrayContaining(["ceph-modules", "ceph-frege-manager", "ceph-russell-manager"]),
    );
    expect(page.inputs).toMatchObject({
      port: 8443,
      standby: "redirect",
      users: [{ name: "viewer", role: "read-only", password: word }],
    });
    expect(named(run, "ceph-frege-manager").inputs.pageAddress).toBe(
      written.parse({ of: page.inputs.addresses }).of?.frege,
    );
    expect(Object.keys(written.parse({ of: page.inputs.addresses }).of ?? {})).toEqual([
      "frege",
      "russell",
    ]);
    const hasPage = NODES.map((node) => named(run, `ceph-${node}-packages`).inputs.dashboard);
    expect(hasPage).toEqual([true, true, false]);
    expect(named(run, "ceph-whole").dependencies).toContain("ceph-dashboard");
  });

  it("stands behind the list of its pools' and file systems' names, with the consents that let one leave", async () => {
    const run = await runProgram("frege", {
      changes: {
        install: INSTALL,
        ceph: { ...CEPH, filesystems: { shared: {} } },
        consent: { "pool.old": "2026-12-20", "reboot.frege": "2026-12-20" },
      },
    });
    const roster = named(run, "ceph-roster");
    expect(roster.inputs).toMatchObject({
      pools: ["archive", "vm-disks"],
      filesystems: ["shared"],
      consent: { "pool.old": "2026-12-20" },
    });
    const hosts = run.resources.filter(({ type }) => type === "proxmox-ha:host:HostBase");
    expect(hosts.map(({ dependencies }) => dependencies.includes("ceph-roster"))).toEqual(
      NODES.map(() => true),
    );
  });

  it("lets daemons leave behind its gate, by their consents, and declares nothing without one", async () => {
    const before = await made({});
    expect(before.resources.map(({ name }) => name)).not.toContain("ceph-retired");
    const run = await runProgram("frege", {
      changes: {
        install: INSTALL,
        ceph: { ...CEPH, managers: ["frege"] },
        consent: { "monitor.gone": "2026-12-20", "manager.russell": "2026-12-20" },
      },
    });
    const retired = named(run, "ceph-retired");
    expect(retired.dependencies).toContain("ceph-whole");
    expect(retired.inputs).toMatchObject({
      daemons: [
        { role: "manager", node: "russell", consent: "manager.russell" },
        { role: "monitor", node: "gone", consent: "monitor.gone" },
      ],
      consent: { "monitor.gone": "2026-12-20", "manager.russell": "2026-12-20" },
    });
  });

  it("takes out storages and destroys pools and file systems behind its gate, by their consents, asking every member", async () => {
    const run = await runProgram("frege", {
      changes: {
        install: INSTALL,
        ceph: CEPH,
        consent: {
          "filesystem.shared": "2026-12-20",
          "pool.old": "2026-12-20",
          "storage.older": "2026-12-20",
          // The file has it: that is a move, and nothing of this.
          "storage.nfs-vms": "2026-12-20",
        },
      },
    });
    expect(run.resources.map(({ name }) => name)).not.toContain("ceph-retired");
    const retired = named(run, "ceph-retired-pools");
    expect(retired.dependencies).toContain("ceph-whole");
    expect(retired.inputs).toMatchObject({
      members: NODES.map((node) => ({ node })),
      pools: [
        { kind: "storage", name: "older", consent: "storage.older" },
        { kind: "pool", name: "old", consent: "pool.old" },
        { kind: "file system", name: "shared", consent: "filesystem.shared" },
      ],
    });
  });

  it("makes monitors and pools in turn, and the rest as early as it can", async () => {
    const run = await made({});
    const waitsFor = (name: string): readonly string[] => named(run, name).dependencies;
    expect(waitsFor("ceph-configuration")).toEqual(
      expect.arrayContaining(NODES.map((node) => `ceph-${node}-packages`)),
    );
    expect(waitsFor("ceph-frege-monitor")).toContain("ceph-configuration");
    expect(waitsFor("ceph-russell-monitor")).toContain("ceph-frege-monitor");
    expect(waitsFor("ceph-wittgenstein-monitor")).toContain("ceph-russell-monitor");
    for (const node of NODES) {
      expect(waitsFor(`ceph-${node}-manager`)).toContain("ceph-wittgenstein-monitor");
      expect(waitsFor(`ceph-${node}-osds`)).toContain(`ceph-${node}-manager`);
    }
    expect(waitsFor("ceph-pool-archive")).toEqual(
      expect.arrayContaining(NODES.map((node) => `ceph-${node}-osds`)),
    );
    expect(waitsFor("ceph-pool-vm-disks")).toContain("ceph-pool-archive");
    expect(waitsFor("ceph-whole")).toContain("ceph-pool-vm-disks");
  });

  it("defines a storage on each pool that shall have one, behind the gate", async () => {
    const run = await made({});
    const storage = named(run, "vm-disks-definition");
    expect(storage.inputs).toMatchObject({ type: "rbd", fixed: { pool: "vm-disks" } });
    expect(named(run, storage.parent).dependencies).toContain("ceph-whole");
    expect(run.resources.map(({ name }) => name)).not.toContain("archive");
  });

  it("makes metadata servers in turn behind the monitors, and file system and storage behind them", async () => {
    const run = await made({
      filesystems: { shared: { pgs: 32 } },
      pools: { fast: { class: "nvme" } },
      osds: { ...CEPH.osds, memoryTarget: "4GiB" },
    });
    const waitsFor = (name: string): readonly string[] => named(run, name).dependencies;
    expect(waitsFor("ceph-frege-metadata-server")).toContain("ceph-wittgenstein-monitor");
    expect(waitsFor("ceph-russell-metadata-server")).toContain("ceph-frege-metadata-server");
    expect(waitsFor("ceph-filesystem-shared")).toEqual(
      expect.arrayContaining(["ceph-wittgenstein-metadata-server", "ceph-pool-fast"]),
    );
    expect(named(run, "ceph-whole").inputs).toMatchObject({
      filesystems: [{ name: "shared", hotStandby: true }],
    });
    const storage = named(run, "shared-definition");
    expect(storage.inputs).toMatchObject({ type: "cephfs", options: { "fs-name": "shared" } });
    expect(named(run, storage.parent).dependencies).toContain("ceph-whole");
    expect(waitsFor("ceph-frege-osds")).toContain("ceph-settings");
    expect(waitsFor("ceph-rule-replicated_nvme")).toContain("ceph-frege-osds");
    expect(waitsFor("ceph-pool-fast")).toContain("ceph-rule-replicated_nvme");
  });

  it("switches the metrics on behind the managers, unless the file says otherwise", async () => {
    const run = await made({});
    expect(named(run, "ceph-modules").inputs).toMatchObject({ modules: ["prometheus"] });
    expect(named(run, "ceph-modules").dependencies).toEqual(
      expect.arrayContaining(NODES.map((node) => `ceph-${node}-manager`)),
    );
    expect(named(run, "ceph-whole").dependencies).toContain("ceph-modules");
    expect((await made({ metrics: false })).resources.map(({ name }) => name)).not.toContain(
      "ceph-modules",
    );
  });

  it("holds the rules for disks against the hosts before any of them is touched", async () => {
    const run = await made({});
    const look = named(run, "disks");
    expect(look.inputs).toMatchObject({ cluster: "ms01", nodes: NODES });
    expect(written.parse({ of: look.inputs }).of?.hosts).toHaveLength(NODES.length);
    const hosts = run.resources.filter(({ type }) => type === "proxmox-ha:host:HostBase");
    expect(hosts.map(({ dependencies }) => dependencies.includes("disks"))).toEqual(
      NODES.map(() => true),
    );
  });

  it("makes nothing of a section that asks for what cannot be made", async () => {
    const run = await made({
      osds: { everyNode: [{ device: "/dev/disk/by-id/nvme-OF_ONE_NODE" }] },
    });
    expect(run.resources.filter(({ type }) => /[cC]eph/.test(type))).toEqual([]);
    expect(run.resources.map(({ name }) => name)).not.toContain("vm-disks-definition");
  });

  it("tells where hosts stand before their first OSD, and with what consent one may be moved", async () => {
    const run = await runProgram("frege", {
      changes: {
        install: INSTALL,
        ceph: { ...CEPH, pools: { "vm-disks": { pgs: 32, failureDomain: "rack" } } },
        nodes: Object.fromEntries(
          Object.entries(written.parse(sectionOf("frege").nodes)).map(([node, one], at) => [
            node,
            { ...one, labels: [`rack=r${at}`] },
          ]),
        ),
        consent: { "move.russell": "2026-12-24", "reboot.frege": "2026-12-24" },
      },
    });
    expect(named(run, "ceph-locations").inputs).toMatchObject({
      hosts: NODES.map((node, at) => ({ node, rack: `r${at}` })),
      consent: { "move.russell": "2026-12-24" },
    });
    expect(named(run, "ceph-frege-osds").dependencies).toContain("ceph-locations");
    expect(named(run, "ceph-pool-vm-disks").inputs).toMatchObject({ crushRule: "replicated_rack" });
  });

  it("has the next node watch over a host's data while that restarts, and asks that of nobody without Ceph", async () => {
    const keepers = ({ resources }: Run) =>
      NODES.map((node) => {
        const { keeper } = named({ resources, outputs: {} }, `${node}-reboot`).inputs;
        return keeper === undefined ? undefined : connection.parse(keeper).node;
      });
    expect(keepers(await made({}))).toEqual(["russell", "wittgenstein", "frege"]);
    expect(keepers(await runProgram("frege"))).toEqual([undefined, undefined, undefined]);
  });
});
