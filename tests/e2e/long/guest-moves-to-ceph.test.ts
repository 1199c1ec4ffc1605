import { readFileSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { closeAll, eventually, OwnStack } from "../../../twin/testing/index.js";
import { ProgramTwin } from "../support/program-twin.js";

/** One cluster for the whole file: a guest on NFS, whose disk goes to the Ceph that its cluster gets. */
let twin: ProgramTwin;
const file = path.resolve(__dirname, "..", "..", "fixtures", "stacks", "Pulumi.trio.yaml");
const committed = readFileSync(file, "utf8");
const stack = new OwnStack(file, committed);

const NFS = `    storage:
      nfs-vms:
        nfs: { server: 10.30.0.5, export: /vms, options: [vers=4.2, hard] }
        content: [images]
`;
const guest = (storage: string): string =>
  `    guests:\n      database: { id: 100, node: berta, cores: 1, memory: 512MiB, disks: [{ storage: ${storage}, size: 1GiB }], ha: {} }\n`;
const [withoutCeph = ""] = committed.split("    ceph:\n");

const config = (): Promise<string> => twin.on("adele", "cat /etc/pve/nodes/*/qemu-server/100.conf");
const OLD = "/mnt/pve/nfs-vms/images/100/vm-100-disk-0.raw";
const NEW = "/var/lib/pve-standin/volumes/vm-disks/vm-100-disk-0";
const startedAt = (): Promise<string> =>
  twin.on("berta", `sed 's/.*"started": \\([0-9.]*\\).*/\\1/' /run/pve-standin/guests/100.json`);

beforeAll(async () => {
  stack.put(`${committed}${NFS}${guest("nfs-vms")}`);
  twin = await ProgramTwin.up("moves-to-ceph", "trio");
  stack.put(`${withoutCeph}${NFS}${guest("nfs-vms")}`);
  await twin.runUp();
});
afterAll(() => closeAll(twin, stack));

describe("a guest whose cluster gets Ceph", () => {
  let before = "";
  let sum = "";

  it("runs on NFS, and writes there", async () => {
    await eventually(
      async () => (await twin.on("adele", "ha-manager status")).includes("(berta, started)"),
      () => "the guest is not started",
      300_000,
    );
    await twin.on(
      "berta",
      `dd if=/dev/urandom of=${OLD} bs=1M count=40 seek=100 conv=notrunc status=none`,
    );
    sum = (await twin.on("berta", `sha256sum < ${OLD}`)).trim();
    before = await startedAt();
  });

  it("is told in the preview that its disk moves, before there is a pool", async () => {
    stack.put(`${committed}${NFS}${guest("vm-disks")}`);
    const { done } = await twin.run("preview");
    // There is something to change.
    expect(done.status).toBe(4);
    expect(done.stdout.replaceAll(/\s+/g, " ")).toMatch(
      /scsi0 \(1 GiB\) moves from nfs-vms to vm-disks, which berta does not have yet: .* while the guest goes on running; the old copy is removed/,
    );
    expect(await config()).toContain("scsi0: nfs-vms:");
  });

  it("goes to the pool in the run that makes it, with every byte, while it runs", async () => {
    const { done } = await twin.runUp({ deadlineMs: 1_200_000 });
    console.log(`up with Ceph and a disk that moves: ${done.seconds} s`);
    expect(await config()).toMatch(/^scsi0: vm-disks:vm-100-disk-0,discard=on,size=1G$/m);
    expect(await config()).not.toContain("unused");
    expect((await twin.on("berta", `sha256sum < ${NEW}`)).trim()).toBe(sum);
    expect(await twin.on("berta", "ls /mnt/pve/nfs-vms/images")).toBe("");
    expect(await twin.on("adele", "ls /etc/pve/priv")).not.toContain("proxmox-ha-move");
    expect(await startedAt()).toBe(before);
  });

  it("is as wanted afterwards", async () => {
    for (const verb of ["refresh", "up"] as const) {
      const { done } = await twin.run(verb);
      expect(done.stdout + done.stderr).toContain("nothing to change");
    }
  });
});
