import { describe, expect, it } from "vitest";
import { z } from "zod";
import { native, nativeWish, pathOf } from "../../dynamic-providers/native/native-schema.js";
import { type Run, runProgram } from "./recording.js";

const OWN_STORAGE = "pulumi-nodejs:dynamic/pvesm:Storage";
const OWN_OBJECT = "pulumi-nodejs:dynamic/datacenter:Object";
const changes = {
  proxmox: { major: 8, channel: "no-subscription" },
  datacenter: { pools: ["production", "test"] },
  storage: {
    "nfs-vms": { nfs: { server: "10.203.3.99", export: "/volume1/vms" }, content: ["images"] },
    files: { dir: { path: "/srv/files" }, content: ["iso"], adopt: true },
    tank: { zfs: { pool: "tank/vms" }, content: ["images"], nodes: ["frege"] },
    thin: { lvmThin: { volumeGroup: "pve", thinPool: "data" }, content: ["images"] },
  },
};
const GROUP = "/cluster/ha/groups/ms01-cluster";
const STORAGES = ["files", "nfs-vms", "tank", "thin"];
const EVERYTHING = [
  ...STORAGES.map((id) => `/storage/${id}`),
  "/pools/production",
  "/pools/test",
  GROUP,
];

function typeOf(run: Run, name: string): string | undefined {
  return run.resources.find((one) => one.name === name)?.type;
}

function inputsOf(run: Run, name: string): unknown {
  return run.resources.find((one) => one.name === name)?.inputs;
}

describe("what is on the cluster already", () => {
  it("has no native resource and no guard, but one of our own under the same name", async () => {
    const run = await runProgram("frege", { changes, takenOver: EVERYTHING });
    for (const id of STORAGES) {
      expect([id, typeOf(run, `${id}-definition`)]).toEqual([id, OWN_STORAGE]);
      expect(typeOf(run, `${id}-guard`)).toBeUndefined();
    }
    for (const name of ["datacenter-pool-production", "ha-group-ms01-cluster"]) {
      expect([name, typeOf(run, name)]).toEqual([name, OWN_OBJECT]);
    }
    expect(run.resources.filter(({ type }) => type.startsWith("proxmoxve:"))).toEqual([]);
    expect(inputsOf(run, "tank-definition")).toMatchObject({
      type: "zfspool",
      fixed: { pool: "tank/vms" },
      options: { content: "images", disable: "0", sparse: "1" },
      nodes: ["frege"],
      adopt: false,
    });
    expect(inputsOf(run, "files-definition")).toMatchObject({ adopt: true });
    expect(inputsOf(run, "ha-group-ms01-cluster")).toMatchObject({
      path: GROUP,
      made: { at: "/cluster/ha/groups", name: "ms01-cluster", key: "group" },
      keys: { nodes: "frege:100,russell:50,wittgenstein:50" },
    });
  });

  it("is looked for once more before the native provider makes a thing, as a cut run may have made it", async () => {
    const run = await runProgram("frege", { changes });
    const made = run.resources.filter(
      ({ type }) => type.startsWith("proxmoxve:") && !type.startsWith("proxmoxve:index/provider"),
    );
    expect(made.length).toBeGreaterThanOrEqual(7);
    expect(made.filter(({ hooksBeforeCreate }) => hooksBeforeCreate !== 1)).toEqual([]);
  });

  it("is told apart one by one", async () => {
    const takenOver = ["/storage/tank", "/pools/test"];
    const run = await runProgram("frege", { changes, takenOver, preview: true });
    expect(typeOf(run, "tank-definition")).toBe(OWN_STORAGE);
    expect(typeOf(run, "thin-definition")).toMatch(/^proxmoxve:/);
    expect(typeOf(run, "thin-guard")).toBeDefined();
    expect(typeOf(run, "datacenter-pool-test")).toBe(OWN_OBJECT);
    expect(typeOf(run, "datacenter-pool-production")).toMatch(/^proxmoxve:/);
    expect(typeOf(run, "ha-group-ms01-cluster")).toMatch(/^proxmoxve:/);
  });

  it("is asked for before anything is declared that could have to wait for it", async () => {
    const run = await runProgram("frege", { changes });
    const roster = run.resources.find(({ name }) => name === "storages-roster");
    expect(roster?.dependencies).toEqual(["nodes"]);
    const { natives, wishes } = z
      .object({ natives: z.array(native), wishes: z.array(nativeWish) })
      .parse(roster?.inputs);
    expect(natives.map(pathOf)).toEqual(EVERYTHING);
    expect(wishes.map(pathOf)).toEqual(EVERYTHING);
    expect(wishes.slice(0, STORAGES.length)).toMatchObject([
      { name: "files", fixed: { type: "dir" }, adopt: true },
      { name: "nfs-vms", fixed: { server: "10.203.3.99", export: "/volume1/vms" } },
      { name: "tank", keys: { nodes: "frege" } },
      { name: "thin", fixed: { vgname: "pve", thinpool: "data" } },
    ]);
  });

  it("follows the `adopt: true` of the whole file", async () => {
    const run = await runProgram("frege", {
      changes: { ...changes, adopt: true },
      takenOver: EVERYTHING,
    });
    for (const name of ["thin-definition", "datacenter-pool-test", "ha-group-ms01-cluster"]) {
      expect(inputsOf(run, name)).toMatchObject({ adopt: true });
    }
  });
});

describe("a state of the program before natives had one way", () => {
  it("is found again by the types that it has for components, roster and guards", async () => {
    const run = await runProgram("frege", { changes });
    const formerly = (name: string, type: string) =>
      run.resources.find((one) => one.name === name && one.type === type)?.formerTypes;
    const storage = "proxmox-ha:storage:Storage";
    expect(formerly("nfs-vms", storage)).toEqual(["proxmox-ha:storage:NfsStorage"]);
    expect(formerly("files", storage)).toEqual(["proxmox-ha:storage:DirectoryStorage"]);
    expect(formerly("tank", storage)).toEqual(["proxmox-ha:storage:ZfsStorage"]);
    expect(formerly("thin", storage)).toEqual(["proxmox-ha:storage:LvmThinStorage"]);
    expect(formerly("thin-guard", "pulumi-nodejs:dynamic/native:Guard")).toEqual([
      "pulumi-nodejs:dynamic/pvesm:Guard",
    ]);
    expect(formerly("storages-roster", "pulumi-nodejs:dynamic/native:Roster")).toEqual([
      "pulumi-nodejs:dynamic/pvesm:Roster",
    ]);
  });

  it("still tells what was taken over, because an unchanged roster keeps its old shape", async () => {
    const standing = { storages: ["tank"], objects: ["/pools/test"] };
    const run = await runProgram("frege", { changes, rosterState: { standing } });
    expect(typeOf(run, "tank-definition")).toBe(OWN_STORAGE);
    expect(typeOf(run, "datacenter-pool-test")).toBe(OWN_OBJECT);
    expect(typeOf(run, "thin-definition")).toMatch(/^proxmoxve:/);
  });
});
