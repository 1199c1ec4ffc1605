import { describe, expect, it } from "vitest";
import { container } from "../../../../dynamic-providers/guest/container/provider.js";
import { virtualMachine } from "../../../../dynamic-providers/guest/vm/provider.js";
import { FakeGuests, runtimeOf, wished } from "./fake-guests.js";

const DISK = { slot: "scsi0", gib: 32, words: {}, initial: {} };
const on = (storage: string, more: object = {}) => ({ disks: [{ ...DISK, storage, ...more }] });

async function made(changes: Readonly<Record<string, unknown>> = {}) {
  const cluster = new FakeGuests();
  const { runtime, said } = runtimeOf(cluster);
  const isBox = changes.kind === "container";
  const guest = isBox ? container.serve(runtime) : virtualMachine.serve(runtime);
  const inputs = wished({ ...on("nfs-vms"), ...changes });
  const { id, outs } = await guest.create(inputs);
  const there = cluster.guests.get(100);
  if (there === undefined) {
    throw new Error("the guest was not made");
  }
  there.running = true;
  cluster.told.length = 0;
  const refusal = async (wish: object): Promise<string> =>
    (await guest.check(inputs, wished({ ...changes, ...wish }))).failures
      .map(({ reason }) => reason)
      .join("\n");
  return { cluster, said, guest, inputs, id, outs, there, refusal };
}
const calls = (told: readonly string[]): string[] =>
  told.map((call) => call.replace(/^create \/nodes\/\w+\/(qemu|lxc)\/100\//, ""));

describe("a disk whose storage in the file is another", () => {
  it("is moved while the machine runs, and its old copy goes once it is there", async () => {
    const { cluster, guest, id, outs, there } = await made();
    const after = await guest.update(id, outs, wished(on("ceph-vms")));
    expect(calls(cluster.told)).toEqual([
      "move_disk russell 100 scsi0 nfs-vms:100/vm-100-disk-6.raw ceph-vms",
      "config delete=unused0 digest=0123",
    ]);
    expect(there.settings.scsi0).toMatch(/^ceph-vms:/);
    expect(there.settings).not.toHaveProperty("unused0");
    expect(there.running).toBe(true);
    expect(cluster.moves.record).toBeUndefined();
    expect((await guest.read(id, after.outs)).props.drift).toEqual([]);
  });

  it("is told in the preview with what it means", async () => {
    const { said, refusal } = await made();
    expect(await refusal(on("local-lvm"))).toBe("");
    expect(said.join("\n")).toMatch(
      /scsi0 \(32 GiB\) moves from nfs-vms to local-lvm \(500 GiB free\), while the guest goes on running; the old copy is removed once the new one is complete, so nothing is lost\. It is then on storage of russell alone/,
    );
  });

  it("may go to a storage that the same run makes", async () => {
    const { cluster, said, refusal, guest, id, outs } = await made();
    cluster.moves.storages.delete("ceph-vms");
    expect(await refusal(on("ceph-vms"))).toBe("");
    expect(said.join("\n")).toContain("does not have yet");
    await expect(guest.update(id, outs, wished(on("ceph-vms")))).rejects.toThrow(
      /russell has no such storage/,
    );
    expect(cluster.told).toEqual([]);
  });

  it("is moved and grows", async () => {
    const { cluster, guest, id, outs, there } = await made();
    await guest.update(id, outs, wished(on("ceph-vms", { gib: 40 })));
    expect(calls(cluster.told)).toContain("set /nodes/russell/qemu/100/resize disk=scsi0 size=40G");
    expect(there.settings.scsi0).toMatch(/^ceph-vms:.*size=40G$/);
  });

  it("takes the disk of the firmware along, and leaves the TPM of a running machine, which is told", async () => {
    const { cluster, guest, id, outs, there, said, refusal } = await made();
    there.settings.efidisk0 = "nfs-vms:100/vm-100-disk-1.raw,efitype=4m,size=528K";
    there.settings.tpmstate0 = "nfs-vms:100/vm-100-disk-2.raw,size=4M";
    expect(await refusal(on("ceph-vms"))).toBe("");
    expect(said.join("\n")).toContain("tpmstate0 stays where it is while the guest runs");
    await guest.update(id, outs, wished(on("ceph-vms")));
    expect(there.settings.efidisk0).toMatch(/^ceph-vms:/);
    expect(there.settings.tpmstate0).toMatch(/^nfs-vms:/);
    expect(cluster.moves.record).toBeUndefined();
  });

  it("takes everything along while the machine is shut down", async () => {
    const { guest, id, outs, there } = await made();
    Object.assign(there.settings, {
      tpmstate0: "nfs-vms:100/vm-100-disk-2.raw,size=4M",
      ide2: "nfs-vms:100/vm-100-cloudinit.qcow2,media=cdrom,size=4M",
      ide3: "nfs-isos:iso/system.iso,media=cdrom",
    });
    there.running = false;
    await guest.update(id, outs, wished(on("ceph-vms")));
    expect(there.settings.tpmstate0).toMatch(/^ceph-vms:/);
    expect(there.settings.ide2).toMatch(/^ceph-vms:.*media=cdrom/);
    expect(there.settings.ide3).toMatch(/^nfs-isos:/);
  });

  it("tells each minute how far it is", async () => {
    const { cluster, guest, id, outs, said } = await made();
    cluster.moves.onItsWay.push(
      ...Array.from({ length: 130 }, (_, at) => `transferred 1 of 2 (${at / 2}%)`),
    );
    await guest.update(id, outs, wished(on("ceph-vms")));
    const told = said.filter((line) => line.includes("on its way to ceph-vms"));
    expect(told).toHaveLength(2);
    expect(told[0]).toMatch(/scsi0 is on its way to ceph-vms, \d+ % copied/);
  });
});

describe("a move is refused before anything is touched", () => {
  it.each([
    [
      "it does not fit",
      "ceph-vms",
      { avail: 20 * 2 ** 30 },
      /20 GiB free, and 32 GiB of this guest go there/,
    ],
    [
      "the storage is not active where the guest is",
      "ceph-vms",
      { active: 0 as const },
      /not active on russell/,
    ],
    ["it does not take disks", "ceph-vms", { content: "iso" }, /does not take images/],
  ])("where %s", async (_why, storage, seen, text) => {
    const { cluster, refusal, guest, id, outs } = await made();
    cluster.moves.storages.set(storage, seen);
    expect(await refusal(on(storage))).toMatch(text);
    await expect(guest.update(id, outs, wished(on(storage)))).rejects.toThrow(text);
    expect(cluster.told).toEqual([]);
  });

  it("where a snapshot holds the disk, a job replicates the guest, or it is protected", async () => {
    const { cluster, refusal, there } = await made();
    const [volume] = (there.settings.scsi0 ?? "").split(",");
    there.snapshots = `[clean]\nscsi0: ${volume},size=32G\n`;
    expect(await refusal(on("ceph-vms"))).toMatch(
      /snapshots hold it \(clean\)[\s\S]*qm delsnapshot 100 clean/,
    );
    there.snapshots = "";
    cluster.moves.replications = "100-0\n1001-0\n";
    expect(await refusal(on("ceph-vms"))).toMatch(
      /: 100-0|100-0 replicates[\s\S]*pvesr delete 100-0/,
    );
    cluster.moves.replications = "";
    there.settings.protection = "1";
    expect(await refusal(on("ceph-vms"))).toContain("protection: false");
  });

  it("where the disk is a device of its node", async () => {
    const { refusal, there } = await made();
    there.settings.scsi0 = "/dev/disk/by-path/pci-0000:00:1f.2-ata-1,size=32G";
    expect(await refusal(on("ceph-vms"))).toContain("volumes of a storage alone");
  });

  it("where other words of the disk change as well, or wait for a restart", async () => {
    const { refusal, there } = await made();
    expect(await refusal(on("ceph-vms", { words: { cache: "writeback" } }))).toContain(
      "cache of it changes as well",
    );
    there.pending.scsi0 = `${there.settings.scsi0 ?? ""},cache=writeback`;
    expect(await refusal(on("ceph-vms"))).toContain("wait for a restart");
  });
});

describe("a move that was cut", () => {
  it("before it came to an end is done again", async () => {
    const { cluster, guest, id, outs, there } = await made();
    cluster.moves.course = "badly";
    await expect(guest.update(id, outs, wished(on("ceph-vms")))).rejects.toThrow(/moving scsi0/);
    expect(there.settings.scsi0).toMatch(/^nfs-vms:/);
    cluster.moves.course = "well";
    await guest.update(id, outs, wished(on("ceph-vms")));
    expect(there.settings.scsi0).toMatch(/^ceph-vms:/);
    expect(there.settings).not.toHaveProperty("unused0");
  });

  it("before the old copy was removed is ended by the next run, and nothing is copied twice", async () => {
    const { cluster, guest, id, outs, there } = await made();
    const from = "nfs-vms:100/vm-100-disk-6.raw";
    Object.assign(there.settings, { scsi0: "ceph-vms:vm-100-disk-0,size=32G", unused3: from });
    const moved = "ceph-vms:vm-100-disk-0";
    cluster.moves.record = JSON.stringify({
      version: 1,
      slot: "scsi0",
      from,
      to: "ceph-vms",
      startAgain: false,
      moved,
    });
    await guest.update(id, outs, wished(on("ceph-vms")));
    expect(calls(cluster.told)).toEqual(["config delete=unused3 digest=0123"]);
    expect(cluster.moves.record).toBeUndefined();
  });

  it("between the new volume and the note of it is waited for, and its old copy goes", async () => {
    const { cluster, guest, id, outs, there } = await made();
    const from = "nfs-vms:100/vm-100-disk-6.raw";
    const moved = "ceph-vms:vm-100-disk-0";
    Object.assign(there.settings, { scsi0: `${moved},size=32G`, unused0: from });
    const record = { version: 1, slot: "scsi0", from, to: "ceph-vms", startAgain: false };
    cluster.moves.record = JSON.stringify(record);
    cluster.moves.notedLater = JSON.stringify({ ...record, moved });
    cluster.moves.onItsWay.push("writes its note");
    await guest.update(id, outs, wished(on("ceph-vms")));
    expect(there.settings).not.toHaveProperty("unused0");
    expect(cluster.moves.record).toBeUndefined();
  });

  it("leaves an unused volume of which nobody noted what it is, and says so", async () => {
    const { cluster, guest, id, outs, there, said } = await made();
    cluster.moves.course = "unnoted";
    await guest.update(id, outs, wished(on("ceph-vms")));
    expect(there.settings.unused0).toBe("nfs-vms:100/vm-100-disk-6.raw");
    expect(said.join("\n")).toContain("qm set 100 --delete unused0");
    there.settings.unused1 = "nfs-vms:100/somebodys.raw";
    await guest.update(id, outs, wished(on("ceph-vms", { gib: 33 })));
    expect(there.settings).toMatchObject({ unused1: "nfs-vms:100/somebodys.raw" });
  });
});

describe("the volume of a container", () => {
  const box = (storage: string, more: object = {}) => ({
    kind: "container",
    settings: { hostname: "box", cores: "1" },
    worded: {},
    disks: [{ slot: "rootfs", storage, gib: 4, words: {}, initial: {} }],
    cards: {},
    initialCards: {},
    ...more,
  });

  it("waits for a permission to restart it while it runs", async () => {
    const { cluster, refusal } = await made(box("nfs-vms"));
    expect(await refusal(box("ceph-vms"))).toMatch(/restart alone[\s\S]*restart\.test-vm/);
    expect(cluster.told).toEqual([]);
  });

  it("is moved between a shutdown and a start, once", async () => {
    const { cluster, guest, id, outs, there } = await made(box("nfs-vms"));
    await guest.update(id, outs, wished(box("ceph-vms", { mayRestart: true })));
    expect(calls(cluster.told)).toEqual([
      "status/shutdown timeout=180 forceStop=1",
      "move_volume russell 100 rootfs nfs-vms:100/vm-100-disk-5.raw ceph-vms",
      "set /nodes/russell/lxc/100/config delete=unused0 digest=0123",
      "status/start",
    ]);
    expect(there.running).toBe(true);
    expect(cluster.moves.record).toBeUndefined();
  });

  it("that could not be moved leaves the container running", async () => {
    const { cluster, guest, id, outs, there } = await made(box("nfs-vms"));
    cluster.moves.course = "badly";
    await expect(
      guest.update(id, outs, wished(box("ceph-vms", { mayRestart: true }))),
    ).rejects.toThrow(/moving rootfs/);
    expect(there.running).toBe(true);
  });

  it("that was shut down for its move by a run that was cut is started by the next one", async () => {
    const { cluster, guest, id, outs, there } = await made(box("nfs-vms"));
    const [from = ""] = (there.settings.rootfs ?? "").split(",");
    cluster.moves.record = JSON.stringify({
      version: 1,
      slot: "rootfs",
      from,
      to: "ceph-vms",
      startAgain: true,
    });
    there.running = false;
    await guest.update(id, outs, wished(box("ceph-vms")));
    expect(there.settings.rootfs).toMatch(/^ceph-vms:/);
    expect(there.running).toBe(true);
    expect(cluster.moves.record).toBeUndefined();
  });
});
