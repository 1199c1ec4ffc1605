import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { JsonObject } from "../../dynamic-providers/kit/struct.js";
import { CephHost } from "../support/ceph-host.js";
import { ProviderFailure, ProviderProcess } from "../support/provider-process.js";
import { startSshd, type TestSshd } from "../support/sshd.js";
import { thrownBy } from "../support/thrown.js";

let ceph: CephHost;
let sshd: TestSshd;
let provider: ProviderProcess;

beforeAll(async () => {
  ceph = new CephHost();
  sshd = await startSshd({ proxmox: ceph });
  provider = await ProviderProcess.start({});
});
afterAll(async () => {
  await provider.stop();
  sshd.stop();
  ceph.remove();
});

const pool = (more: object = {}) => ({
  size: 3,
  min_size: 2,
  pg_num: 32,
  pg_autoscale_mode: "on",
  crush_rule: "replicated_rule",
  application: "rbd",
  quota: 0,
  ...more,
});
const OLD = { kind: "pool", name: "old", consent: "pool.old" } as const;
const SHARED = { kind: "file system", name: "shared", consent: "filesystem.shared" } as const;
const ON_OLD = { storage: "disks", type: "rbd", pool: "old" };
const files = {
  pools: {
    shared_data: pool({ application: "cephfs" }),
    shared_metadata: pool({ application: "cephfs" }),
    "vm-disks": pool(),
  },
  fs: { shared: { flags: 18, data: 1, metadata: 2, served: true } },
  storages: [{ storage: "iso", type: "cephfs", "fs-name": "shared" }],
  mounts: { "/mnt/pve/iso": "admin@1-2-3.shared=/" },
  clients: ["frege"],
};
type Leaving = Readonly<Record<"kind" | "name" | "consent", string>>;
const check = (one: Leaving, lastDay = "2999-12-31") =>
  provider.check("pveceph/retired-pools", {
    connection: sshd.connection(),
    members: [sshd.connection()],
    cluster: "trio",
    pools: [one],
    consent: { [one.consent]: lastDay },
    adopt: true,
    stepDeadlineMs: 60_000,
  });

async function wish(one: Leaving, lastDay?: string): Promise<JsonObject> {
  const { inputs, failures } = await check(one, lastDay);
  expect(failures).toEqual([]);
  return inputs;
}

const destroyed = (name: string, more = " --remove_storages 1") =>
  `delete /nodes/frege/ceph/pool/${name}${more}`;

describe("a pool of Ceph that is destroyed by consent", () => {
  it("goes with its storage, once, and a second run asks nobody", async () => {
    ceph.become({ pools: { old: pool(), "vm-disks": pool() }, storages: [ON_OLD] });
    const inputs = await wish(OLD);
    const { id, outs } = await provider.create(inputs);
    expect(ceph.changes()).toEqual([destroyed("old")]);
    expect(ceph.state()).toMatchObject({ storages: [] });
    expect(Object.keys(ceph.state().pools)).toEqual(["vm-disks"]);
    expect(await provider.diff(id, outs, inputs)).toMatchObject({ changes: false });
    const { props } = await provider.read(id, outs);
    expect(props).toMatchObject({ drift: [], left: [] });
  });

  it("made of parts goes with both pools, the one that knows its profile last", async () => {
    const parts = {
      "old-data": pool({ type: "erasure", profile: "pve_ec_old" }),
      "old-metadata": pool(),
    };
    ceph.become({ pools: parts, cut: { at: "old-metadata", behind: true } });
    const inputs = await wish(OLD);
    await thrownBy(ProviderFailure, provider.create(inputs));
    await provider.create(inputs);
    expect(ceph.changes()).toEqual([destroyed("old-metadata"), destroyed("old-data")]);
  });

  it("stays once the last day of the consent is over", async () => {
    ceph.become({ pools: { old: pool() } });
    const late = await wish(OLD, "2020-01-01");
    const failure = await thrownBy(ProviderFailure, provider.create(late));
    expect(failure.message).toMatch(/the consent ended on 2020-01-01/);
    expect(ceph.changes()).toEqual([]);
  });

  it.each([
    {
      what: "holds an image, though no storage lists it",
      state: { pools: { old: pool() }, images: { old: ["vm-7-disk-0"] } },
      why: /old holds images or parts of them: image vm-7-disk-0/,
    },
    {
      what: "has the data of images that another pool lists",
      state: {
        pools: { old: pool({ type: "erasure" }), names: pool() },
        storages: [{ storage: "parts", type: "rbd", pool: "names", "data-pool": "old" }],
        objects: { old: ["rbd_data.7.1f.0"] },
      },
      why: /old has the data of storage parts, whose images are in names; old holds .*object rbd_data\.7/,
    },
    {
      what: "is a part of a file system",
      state: { pools: { old: pool() }, fs: { shared: { flags: 18, data: 1, metadata: 9 } } },
      why: /old is a part of the file system shared/,
    },
  ])("that $what is refused in the preview, whatever the consent", async ({ state, why }) => {
    ceph.become(state);
    const { failures } = await check(OLD);
    expect(failures.map(({ reason }) => reason).join()).toMatch(why);
    expect(ceph.changes()).toEqual([]);
  });
});

describe("a storage of Ceph that is taken out by consent", () => {
  const TAKEN = { kind: "storage", name: "disks", consent: "storage.disks" } as const;
  const standing = {
    pools: { old: pool() },
    storages: [ON_OLD, { storage: "backups", type: "nfs" }],
    volumes: { disks: ["disks:vm-100-disk-0"] },
    images: { old: ["vm-100-disk-0"] },
  };

  it("goes, once, and what is on it stays", async () => {
    ceph.become(standing);
    const inputs = await wish(TAKEN);
    const { id, outs } = await provider.create(inputs);
    expect(ceph.changes()).toEqual(["delete /storage/disks"]);
    expect(ceph.state().pools).toMatchObject({ old: {} });
    expect(provider.output()).toContain(
      "the storage disks is taken out of Proxmox; what was on it stays in Ceph",
    );
    expect(await provider.diff(id, outs, inputs)).toMatchObject({ changes: false });
    const { props } = await provider.read(id, outs);
    expect(props).toMatchObject({ drift: [], left: [] });
  });

  it("is told by the preview, with what nobody sees in Proxmox any more", async () => {
    ceph.become(standing);
    await wish(TAKEN);
    expect(provider.output()).toContain(
      "the storage disks is taken out of Proxmox, and what is on it stays in Ceph: on the pool old with 1 of its volumes on it",
    );
  });

  it("stays while guests use it, whatever the consent", async () => {
    ceph.become(standing);
    ceph.guest(100, "scsi0: disks:vm-100-disk-0,size=1G");
    const { failures } = await check(TAKEN);
    expect(failures.map(({ reason }) => reason).join()).toMatch(
      /take the storage disks out of Proxmox.*guests use disks: 100 on frege/s,
    );
    expect(ceph.changes()).toEqual([]);
  });

  it("is left alone where it is none of Ceph", async () => {
    ceph.become(standing);
    await provider.create(await wish({ ...TAKEN, name: "backups", consent: "storage.backups" }));
    expect(ceph.changes()).toEqual([]);
  });
});

describe("a file system of Ceph that is destroyed by consent", () => {
  const ENDED = [
    "set /storage/iso --disable 1",
    "umount /mnt/pve/iso",
    "delete /storage/iso",
    "ceph fs fail shared",
    "ceph fs rm shared --yes-i-really-mean-it",
    destroyed("shared_data", ""),
    destroyed("shared_metadata", ""),
  ];

  it("is put out of use, unmounted and ended with its pools, in this order", async () => {
    ceph.become(files);
    await provider.create(await wish(SHARED));
    expect(ceph.changes()).toEqual(ENDED);
  });

  it.each(ENDED)("goes on where a run was cut behind %s", async (at) => {
    ceph.become({ ...files, cut: { at: `^${at}$`, behind: true } });
    const inputs = await wish(SHARED);
    await thrownBy(ProviderFailure, provider.create(inputs));
    await provider.create(inputs);
    expect(ceph.state()).toMatchObject({ fs: {}, storages: [], mounts: {} });
    expect(Object.keys(ceph.state().pools)).toEqual(["vm-disks"]);
  });

  it("is unmounted where a storage of it was taken out before, and nothing of another one is", async () => {
    const mounts = { ...files.mounts, "/mnt/pve/more": "admin@1-2-3.more=/" };
    ceph.become({
      ...files,
      storages: [],
      mounts,
      fs: { ...files.fs, more: { flags: 18, data: 8, metadata: 9 } },
    });
    await provider.create(await wish(SHARED));
    expect(ceph.changes().filter((one) => !/^(ceph|delete)/.test(one))).toEqual([
      "umount /mnt/pve/iso",
    ]);
    expect(Object.keys(ceph.state().fs)).toEqual(["more"]);
  });

  it("that a machine which is no member has open is refused in the preview", async () => {
    ceph.become({ ...files, clients: ["frege", "laptop"] });
    const { failures } = await check(SHARED);
    expect(failures.map(({ reason }) => reason).join()).toMatch(/it is open on laptop/);
  });

  it.each([
    ["whose storage is busy", { busy: ["/mnt/pve/iso"] }, /target is busy/],
    [
      "that somebody mounted at another place",
      { mounts: { "/srv": "admin@1-2-3.shared=/", ...files.mounts } },
      /it is mounted at \/srv/,
    ],
  ])("%s keeps its data", async (_what, more, why) => {
    ceph.become({ ...files, ...more });
    const failure = await thrownBy(ProviderFailure, provider.create(await wish(SHARED)));
    expect(failure.message).toMatch(why);
    expect(Object.keys(ceph.state().fs)).toEqual(["shared"]);
    expect(Object.keys(ceph.state().pools)).toHaveLength(3);
  });
});
