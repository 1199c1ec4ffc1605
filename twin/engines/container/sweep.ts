import { existsSync, readdirSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { twinPaths } from "../../paths.js";
import { attempt } from "../../process/run.js";
import { ControlGroup, unifiedHierarchy } from "./cgroup.js";
import { detachDisks } from "./disks.js";
import { namesOf } from "./names.js";

const NAMESPACES = "/run/netns";

/** Removes whatever a twin left on the machine: processes first, then what they held. Says what it found. */
export async function sweepContainers(
  twin: string,
  spare: readonly number[] = [],
): Promise<string[]> {
  const names = namesOf(twin);
  const paths = twinPaths(twin);
  const found: string[] = [];
  const hierarchy = unifiedHierarchy();
  if (hierarchy !== undefined) {
    const group = new ControlGroup(join(hierarchy, names.cgroup));
    const count = group.processes().filter((pid) => !spare.includes(pid)).length;
    if (count > 0) found.push(`${count} processes`);
    for (const part of groupsOf(group.path)) await group.child(part).destroy(spare);
    if (spare.length === 0) await group.destroy();
  }
  const namespaces = existsSync(NAMESPACES)
    ? readdirSync(NAMESPACES).filter((one) => one.startsWith(names.prefix))
    : [];
  for (const namespace of namespaces) await attempt(["ip", "netns", "delete", namespace]);
  if (namespaces.length > 0) found.push(`${namespaces.length} network namespaces`);
  const loops = await detachDisks(paths.data);
  if (loops.length > 0) found.push(`${loops.length} loop devices`);
  if (existsSync(paths.data)) {
    await rm(paths.data, { recursive: true, force: true });
    found.push(paths.data);
  }
  return found;
}

/** Everything but the group of the supervisor itself, which may be the one that sweeps. */
function groupsOf(path: string): string[] {
  if (!existsSync(path)) return [];
  return readdirSync(path, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && entry.name !== "supervisor")
    .map((entry) => entry.name);
}
