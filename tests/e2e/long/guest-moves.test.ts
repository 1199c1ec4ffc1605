import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { closeAll, untilOn } from "../../../twin/testing/index.js";
import { ProgramTwin } from "../support/program-twin.js";
import { soloStack } from "../support/solo-stack.js";

/** One host with a guest that runs on NFS, and a storage of its own where the disk shall go. */
let twin: ProgramTwin;
const folder = mkdtempSync(path.join(tmpdir(), "guest-moves-"));
/** Without wishes for packages, which have nothing to do with it and need an image of their own. */
const host = soloStack(9).replace(/^ +(packages|pins): .*\n/gm, "");
const write = (storage: string): void =>
  writeFileSync(
    path.join(folder, "Pulumi.alone.yaml"),
    `${host}    storage:
      nfs-vms:
        nfs: { server: 10.203.3.99, export: /vms, options: [vers=4.2, hard] }
        content: [images]
      fast:
        dir: { path: /srv/fast }
        content: [images]
    guests:
      database: { id: 100, node: solo, cores: 1, memory: 512MiB, disks: [{ storage: ${storage}, size: 1GiB }] }
`,
  );

const OLD = "/mnt/pve/nfs-vms/images/100/vm-100-disk-0.raw";
const NEW = "/srv/fast/images/100/vm-100-disk-0.raw";
const on = (script: string): Promise<string> => twin.on("solo", script);
const config = (): Promise<string> => on("cat /etc/pve/qemu-server/100.conf");
const sumOf = (file: string): Promise<string> => on(`sha256sum < ${file}`);
/** When the process in the guest's place was started. */
const startedAt = (): Promise<string> =>
  on(`sed 's/.*"started": \\([0-9.]*\\).*/\\1/' /run/pve-standin/guests/100.json`);

beforeAll(async () => {
  process.env.PROXMOX_HA_PROJECT = folder;
  write("nfs-vms");
  twin = await ProgramTwin.up("moves", "alone");
  await twin.runUp();
  await untilOn(twin, "solo", "test -s /run/pve-standin/guests/100.json", 120_000);
  await on(`dd if=/dev/urandom of=${OLD} bs=1M count=40 seek=100 conv=notrunc status=none`);
  // So slow that there is time to cut it.
  await on("pvesm set fast --bwlimit move=2048");
});
afterAll(() => closeAll(twin, folder));

describe("a guest whose disk shall lie elsewhere", () => {
  it("is left alone by the preview, which tells what the move means", async () => {
    write("fast");
    const { done } = await twin.run("preview");
    expect([done.status, done.stdout.replaceAll(/\s+/g, " ")]).toEqual([
      // There is something to change.
      4,
      expect.stringMatching(
        /scsi0 \(1 GiB\) moves from nfs-vms to fast \([\d.]+ GiB free\), while the guest goes on running; the old copy is removed .* It is then on storage of solo alone/,
      ),
    ]);
    expect(await config()).toContain("scsi0: nfs-vms:");
  });

  it("has it there with every byte although the run was killed in the middle, and never stopped", async () => {
    const [before, sum] = [await startedAt(), await sumOf(OLD)];
    const { running } = twin.startRun("up");
    await untilOn(twin, "solo", `test -e ${NEW}`, 240_000);
    running.kill();
    await running.finished;
    expect(await config()).toContain("scsi0: nfs-vms:");
    await twin.runUp();
    expect(await config()).toMatch(/^scsi0: fast:100\/vm-100-disk-0\.raw,discard=on,size=1G$/m);
    expect(await config()).not.toContain("unused");
    expect(await sumOf(NEW)).toBe(sum);
    expect(await on("ls /mnt/pve/nfs-vms/images /srv/fast/images/100 /etc/pve/priv")).not.toMatch(
      /vm-100-disk-1|proxmox-ha-move|^100$/m,
    );
    expect(await startedAt()).toBe(before);
  });

  it("is as wanted afterwards", async () => {
    for (const verb of ["refresh", "up"] as const) {
      const { done } = await twin.run(verb);
      expect(done.stdout + done.stderr).toContain("nothing to change");
    }
  });
});
