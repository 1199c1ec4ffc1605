import { readFile, writeFile } from "node:fs/promises";
import type { Progress } from "../engine.js";

const INOTIFY_INSTANCES = "/proc/sys/fs/inotify/max_user_instances";

/**
 * Proxmox's own daemons and systemd watch files, about thirty watchers on each host. The kernel counts them for a user, root
 * is one user on all hosts of all twins, and its default of 128 is used up by four hosts: what starts then fails with "Too many
 * open files". A Proxmox host has 65536.
 */
const ENOUGH_INSTANCES = 8192;

/** Raises what the machine grants to all hosts together. It stays raised, because another twin may need it. */
export async function raiseLimits(
  progress: Progress,
  file: string = INOTIFY_INSTANCES,
): Promise<void> {
  const found = Number(await readFile(file, "utf8").catch(() => ENOUGH_INSTANCES));
  if (found >= ENOUGH_INSTANCES) return;
  try {
    await writeFile(file, `${ENOUGH_INSTANCES}\n`);
    progress(`raised fs.inotify.max_user_instances of this machine to ${ENOUGH_INSTANCES}`);
  } catch {
    progress(
      `fs.inotify.max_user_instances of this machine is ${found} and cannot be raised from here; ` +
        "when daemons of hosts say `Too many open files`, raise it with sysctl",
    );
  }
}
