import { existsSync } from "node:fs";
import { run } from "./command.mjs";
import { missingDebianPackages } from "./steps/debian-packages.mjs";

const probeDeadlineMs = 20_000;

/**
 * What keeps this machine from starting a twin, as sentences; none when it can.
 * @returns {Promise<string[]>}
 */
export async function twinObstacles() {
  if (process.platform !== "linux") return [`a twin needs Linux, and this is ${process.platform}`];
  if (process.getuid?.() !== 0)
    return ["a twin needs root, for namespaces, mounts and loop devices"];
  const found = await Promise.all([
    missingPackages(),
    device("/dev/fuse", "the cluster file system"),
    device("/dev/loop-control", "the disks of the nodes"),
    namespaces(),
  ]);
  return found.filter((obstacle) => obstacle !== undefined);
}

/** @returns {Promise<string | undefined>} */
async function missingPackages() {
  const missing = await missingDebianPackages();
  if (missing === undefined) return "a twin needs a Debian system";
  return missing.length === 0 ? undefined : `Debian packages are missing: ${missing.join(" ")}`;
}

/**
 * @param {string} file
 * @param {string} purpose
 * @returns {Promise<string | undefined>}
 */
async function device(file, purpose) {
  return existsSync(file) ? undefined : `there is no ${file}, which ${purpose} need`;
}

/**
 * A container may be root and still not be allowed to make namespaces and mounts; only trying tells.
 * @returns {Promise<string | undefined>}
 */
async function namespaces() {
  const attempt = "mount -t tmpfs none /mnt && ip link add twin0 type veth peer name twin1";
  const args = ["--mount", "--net", "--pid", "--uts", "--fork", "sh", "-c", attempt];
  const result = await run("unshare", args, { deadlineMs: probeDeadlineMs }).catch(() => undefined);
  if (result?.status === 0) return undefined;
  const said = result?.stderr.trim().split("\n").at(-1) ?? "unshare can't be run";
  return `namespaces with a mount and a veth pair can't be made: ${said}`;
}
