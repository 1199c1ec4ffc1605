import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { NativeSite } from "../../components/native/declare-native.js";
import { wantedPool, wantedStorage } from "../../components/native/wishes.js";
import { ownArgs } from "../../components/storage/storage.js";
import type { StoragePlan } from "../../config/plan/storage.js";
import type { JsonObject } from "../../dynamic-providers/kit/struct.js";
import { madeAt, pathOf, titleOf } from "../../dynamic-providers/native/native-schema.js";
import { type StandInNode, startStandIn } from "../../twin/testing/index.js";
import { ProviderProcess } from "../support/provider-process.js";
import { startSshd, type TestSshd } from "../support/sshd.js";

let standIn: StandInNode;
let sshd: TestSshd;
let provider: ProviderProcess;
let site: NativeSite;

beforeAll(async () => {
  standIn = await startStandIn("frege", ["Sys.Audit"]);
  sshd = await startSshd({ proxmox: standIn });
  const { host, node, port, user, hostKey, knownHostsFile } = sshd.connection();
  const auth = { keyFile: sshd.keyFile, password: { env: "UNUSED" } };
  const founder = { host, node, port, user, hostKey, knownHostsFile, auth };
  site = {
    cluster: "ms01",
    founder,
    connections: [founder],
    consentDays: {},
    takenOver: new Set(),
  };
  writeFileSync(`${standIn.etcPve}/user.cfg`, `${pools()}pool:production:by hand:::\n`);
});
afterAll(async () => {
  await provider.stop();
  sshd.stop();
  await standIn.stop();
});
beforeEach(async () => {
  writeFileSync(storageCfg(), BY_HAND);
  // A process looks once, as in one run.
  provider = await ProviderProcess.start({
    env: { PROXMOX_HA_RUN_LOG: path.join(sshd.folder, "run.jsonl") },
  });
  return () => provider.stop();
});

const storageCfg = (): string => `${standIn.etcPve}/storage.cfg`;
const pools = (): string => readFileSync(`${standIn.etcPve}/user.cfg`, "utf8");

/** As somebody leaves it: lists in any order, with options that the stack file does not know. */
const BY_HAND = `dir: local
	path /var/lib/vz
	content iso,vztmpl,backup

nfs: backups
	export /volume1/backups
	path /mnt/pve/backups
	server 10.203.3.99
	content backup
	options hard,vers=4.2
	prune-backups keep-weekly=4,keep-daily=7

dir: files
	path /srv/files
	content vztmpl,iso
	nodes frege
	preallocation off

zfspool: tank
	pool tank/vms
	content images
	sparse 1

lvmthin: thin
	thinpool data
	vgname pve
	content rootdir,images
`;
const common = { enabled: true, shared: false };
function plans(adopt: boolean): StoragePlan[] {
  return [
    {
      ...common,
      adopt,
      id: "backups",
      type: "nfs",
      shared: true,
      content: ["backup"],
      server: "10.203.3.99",
      export: "/volume1/backups",
      options: "vers=4.2,hard",
      prune: { keepDaily: 7, keepWeekly: 4 },
    },
    {
      ...common,
      adopt,
      id: "files",
      type: "dir",
      content: ["iso", "vztmpl"],
      path: "/srv/files",
      mountPoint: false,
      nodes: ["frege"],
    },
    {
      ...common,
      adopt,
      id: "tank",
      type: "zfs",
      content: ["images"],
      pool: "tank/vms",
      thin: true,
    },
    {
      ...common,
      adopt,
      id: "thin",
      type: "lvmThin",
      content: ["images", "rootdir"],
      volumeGroup: "pve",
      thinPool: "data",
    },
  ];
}

function look(storages: readonly StoragePlan[]) {
  const wanted = [
    ...storages.map(wantedStorage),
    wantedPool("production", false),
    wantedPool("test", false),
  ];
  return provider.check("native/roster", {
    cluster: "ms01",
    connections: site.connections,
    natives: wanted.map(({ native }) => native),
    wishes: wanted.map(({ wish }) => wish),
  });
}

async function checked(kind: string, args: object): Promise<JsonObject> {
  const { inputs, failures } = await provider.check(kind, args);
  expect(failures).toEqual([]);
  return inputs;
}

describe("a cluster that somebody has set up", () => {
  it("is taken over where it is equal, and nothing is written", async () => {
    const before = pools();
    const { inputs, failures } = await look(plans(false));
    expect(failures).toEqual([]);
    expect(inputs.takenOver).toEqual([
      ...plans(false).map(({ id }) => `/storage/${id}`),
      "/pools/production",
    ]);
    for (const plan of plans(false)) {
      const args = await checked("pvesm/storage", ownArgs(plan, site));
      const { id, outs } = await provider.create(args);
      expect([id, outs.adopted, outs.drift]).toEqual([plan.id, true, []]);
      expect(await provider.diff(id, outs, args)).toMatchObject({ changes: false });
    }
    const { native: production } = wantedPool("production", false);
    const pool = await provider.create(
      await checked("datacenter/object", {
        cluster: "ms01",
        connection: site.founder,
        what: titleOf(production),
        path: pathOf(production),
        made: madeAt(production),
        keys: {},
      }),
    );
    expect(pool.outs.adopted).toBe(true);
    expect(readFileSync(storageCfg(), "utf8")).toBe(BY_HAND);
    expect(pools()).toBe(before);
    for (const what of ["storage tank", "storage thin", "resource pool production"]) {
      expect(provider.output()).toContain(`${what}: on the cluster already, and as wanted`);
    }
  });

  it("is refused with all that differs, before anything is made", async () => {
    const other = BY_HAND.replace("keep-daily=7", "keep-daily=3").replace("\tnodes frege\n", "");
    writeFileSync(storageCfg(), other);
    const { failures } = await look(plans(false));
    const said = failures.map(({ reason }) => reason).join();
    expect(said).toContain("storage backups: prune-backups: ");
    expect(said).toContain("storage files: nodes: absent -> frege");
    expect(said).not.toContain("tank");
    const [backups] = plans(false);
    const own = await provider.check(
      "pvesm/storage",
      backups === undefined ? {} : ownArgs(backups, site),
    );
    expect(own.failures[0]?.reason).toMatch(/take over storage backups: refused: .*prune-backups/);
    expect(readFileSync(storageCfg(), "utf8")).toBe(other);
  });

  it("is changed in exactly what differs where the file says so", async () => {
    writeFileSync(storageCfg(), BY_HAND.replace("keep-daily=7", "keep-daily=3"));
    const { failures } = await look(plans(true));
    expect(failures).toEqual([]);
    const [backups] = plans(true);
    if (backups === undefined) {
      throw new Error("no storage");
    }
    await provider.create(await checked("pvesm/storage", ownArgs(backups, site)));
    expect(provider.output()).toMatch(
      /storage backups: on the cluster already, and changed \(there -> wanted\): prune-backups/,
    );
    const after = readFileSync(storageCfg(), "utf8");
    expect(after).toContain("prune-backups keep-daily=7,keep-weekly=4");
    expect(after).toContain("options hard,vers=4.2");
    expect(after).toContain("preallocation off");
  });
});
