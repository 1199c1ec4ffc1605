import { existsSync } from "node:fs";
import { mkdir, readdir, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { HostPlan } from "../../plan/twin-plan.js";
import { attempt, run } from "../../process/run.js";

export interface AttachedDisk {
  readonly name: string;
  readonly device: string;
}

/** Sparse files behind loop devices: they look as large as the file says and cost what is written. */
export async function attachDisks(host: HostPlan, folder: string): Promise<AttachedDisk[]> {
  if (host.disks.length === 0) return [];
  await mkdir(folder, { recursive: true });
  const attached: AttachedDisk[] = [];
  for (const disk of host.disks) {
    const file = join(folder, `${disk.name}.img`);
    await writeFile(file, "", { flag: "a" });
    await truncate(file, disk.sizeBytes);
    const device = (await run(["losetup", "--partscan", "--find", "--show", file])).trim();
    attached.push({ name: disk.name, device });
  }
  return attached;
}

/** Forgets what was written, without letting go of the devices that stand for the disks. */
export async function emptyDisks(host: HostPlan, folder: string): Promise<void> {
  for (const disk of host.disks) {
    const file = join(folder, `${disk.name}.img`);
    await truncate(file, 0);
    await truncate(file, disk.sizeBytes);
    await forgetCaches(file);
  }
}

/** Writes into the same files, because loop devices hold on to them, and drops what the devices remember. */
export async function restoreDisks(from: string, to: string): Promise<void> {
  if (!existsSync(from)) return;
  for (const file of await readdir(from)) {
    const target = join(to, file);
    await run(["cp", "--sparse=always", join(from, file), target]);
    await forgetCaches(target);
  }
}

async function forgetCaches(file: string): Promise<void> {
  const { stdout } = await attempt(["losetup", "--noheadings", "--output", "NAME", "-j", file]);
  for (const device of stdout.split("\n").filter(Boolean)) {
    // A host reads its tables at its start; until then the kernel has none of them.
    await attempt(["partx", "--delete", device.trim()]);
    await run(["blockdev", "--flushbufs", device.trim()]);
  }
}

/** Detaches every loop device whose file lies in a folder. */
export async function detachDisks(folder: string): Promise<string[]> {
  const { stdout } = await attempt([
    "losetup",
    "--list",
    "--noheadings",
    "--output",
    "NAME,BACK-FILE",
  ]);
  const devices = stdout
    .split("\n")
    .map((line) => line.trim().split(/\s+/, 2))
    .filter(([, file]) => file?.startsWith(`${folder}/`))
    .flatMap(([device]) => device ?? []);
  for (const device of devices) await attempt(["losetup", "--detach", device]);
  return devices;
}
