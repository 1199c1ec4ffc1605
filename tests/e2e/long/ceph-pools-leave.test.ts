import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { closeAll, OwnStack } from "../../../twin/testing/index.js";
import { ProgramTwin } from "../support/program-twin.js";

/** Three hosts with a pool of copies, one of parts and a file system, which are to go. */
let twin: ProgramTwin;
const stack = new OwnStack(
  path.resolve(__dirname, "..", "..", "fixtures", "stacks", "Pulumi.trio.yaml"),
);
const POOL = "vm-disks: { size: 3, minSize: 2, pgs: 16, class: nvme, quota: 5GB }";
const MORE = [
  [
    POOL,
    `${POOL}\n        parts: { erasure: { data: 2, parity: 1 }, pgs: 16 }\n        kept: { pgs: 16, storage: null }`,
  ],
] as const;
const LESS = [
  [POOL, "kept: { pgs: 16, storage: null }"],
  ["      filesystems:\n        shared: { pgs: 16, content: [iso, snippets] }\n", ""],
] as const;
const lastDay = new Date(Date.now() + 3 * 86_400_000).toISOString().slice(0, 10);
const consenting = (...names: readonly string[]): readonly [string, string] => [
  "    corosync:\n",
  `    consent: { ${names.map((name) => `${name}: ${lastDay}`).join(", ")} }\n    corosync:\n`,
];
const pools = async (): Promise<string[]> =>
  (await twin.on("adele", "ceph osd pool ls"))
    .split("\n")
    .filter((name) => name !== "" && !name.startsWith("."))
    .sort();
const storages = async (): Promise<string[]> =>
  [...(await twin.on("adele", "cat /etc/pve/storage.cfg")).matchAll(/^(?:rbd|cephfs): (.+)$/gm)]
    .map(([, id = ""]) => id)
    .sort();
const words = ({ stdout, stderr }: { readonly stdout: string; readonly stderr: string }): string =>
  `${stdout}${stderr}`.replaceAll(/\s+/g, " ");

beforeAll(async () => {
  stack.write(MORE);
  twin = await ProgramTwin.up("poolsleave", "trio");
  await twin.runUp();
});
afterAll(() => closeAll(twin, stack));

describe("pools and file systems of Ceph that have left the file", () => {
  it("stay without a consent, and the run says by which one they go", async () => {
    const before = await pools();
    expect(before).toContain("parts-data");
    stack.write(LESS);
    const { done } = await twin.runUp();
    expect(words(done)).toContain("the consent `pool.vm-disks` destroys it");
    expect(words(done)).toContain("the consent `filesystem.shared` destroys them");
    expect(words(done)).toContain("the consent `storage.parts` takes it out of Proxmox");
    expect(await pools()).toEqual(before);
    expect(await storages()).toEqual(["parts", "shared", "vm-disks"]);
  });

  it("stay where only the storage on one of them goes, by its own consent", async () => {
    const before = await pools();
    stack.write([...LESS, consenting("storage.parts")]);
    const { done } = await twin.runUp();
    expect(words(done)).toContain(
      "the storage parts is taken out of Proxmox; what was on it stays in Ceph",
    );
    expect(await pools()).toEqual(before);
    expect(await storages()).toEqual(["shared", "vm-disks"]);
  });

  it("stay as long as an image is in one of them, which the preview says", async () => {
    await twin.on("berta", "rbd -c /etc/pve/ceph.conf create --size 8 vm-disks/vm-104-disk-0");
    stack.write([...LESS, consenting("pool.vm-disks")]);
    const { done } = await twin.run("preview");
    expect(done.status).not.toBe(0);
    expect(words(done)).toContain("vm-disks holds images or parts of them: image vm-104-disk-0");
    await twin.on("berta", "rbd -c /etc/pve/ceph.conf rm --no-progress vm-disks/vm-104-disk-0");
  });

  it("stay while somebody reads there, and are unmounted everywhere and gone by consent afterwards", async () => {
    await twin.on(
      "clara",
      "mkdir -p /srv/files && ceph-fuse -c /etc/pve/ceph.conf --client_fs shared /srv/files && echo one > /srv/files/one",
    );
    stack.write([...LESS, consenting("pool.parts", "pool.vm-disks", "filesystem.shared")]);
    const preview = await twin.run("preview");
    expect(words(preview.done)).toMatch(
      /the file system shared is destroyed with all that is in it/,
    );
    const refused = await twin.run("up");
    expect(refused.done.status).not.toBe(0);
    expect(words(refused.done)).toContain("it is mounted at /srv/files");
    expect(await pools()).toContain("shared_data");

    await twin.on("clara", "umount /srv/files");
    await twin.runUp();
    expect(await pools()).toEqual(["kept"]);
    const left = await twin.on(
      "clara",
      "ceph fs ls; ceph osd erasure-code-profile ls; findmnt -rn -t fuse.ceph-fuse || true; pvesm status",
    );
    expect(left).not.toMatch(/pve_ec_parts|shared|vm-disks/);
    const again = await twin.runUp();
    expect(again.done.stdout).toMatch(/nothing to change/);
    expect(again.log.roundTrips()).toEqual({});
  });

  it("are not taken for one under another name", async () => {
    stack.write();
    const before = await pools();
    const refused = [
      await twin.say(["validate", twin.stack]),
      (await twin.run("preview")).done,
      (await twin.run("up")).done,
    ];
    for (const done of refused) {
      expect(done.status).toBe(2);
      expect(words(done)).toContain("there was the pool kept, which the file no longer has");
    }
    expect(await pools()).toEqual(before);
  });

  it("are made anew when the file wants them again", async () => {
    stack.write([[POOL, `${POOL}\n        kept: { pgs: 16, storage: null }`]]);
    await twin.runUp();
    expect(await pools()).toEqual(["kept", "shared_data", "shared_metadata", "vm-disks"]);
  });
});
