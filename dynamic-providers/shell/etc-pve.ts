import { NOTHING_DONE } from "../transport/ssh/look.js";
import { raw, sh } from "../transport/ssh/quoting.js";

/**
 * /etc/pve is a file system that pve-cluster mounts. Where that has stopped an empty folder stands in its place, and everything that a
 * command looks for there seems to be absent; so whoever reads below it asks for the mount first.
 */

/** Its own exit status, since a file that is absent gives the same one as a file system that is away. */
export const NOT_MOUNTED = 32;

/** What brings a host to tell of its cluster again. */
export const READ_AGAIN =
  "Look at `journalctl -u pve-cluster` there and start it (`systemctl start pve-cluster`), then run the command again.";
/** The same after a look that needed it. */
export const MOUNT_FIRST = `${NOTHING_DONE} ${READ_AGAIN}`;

/** Shell command that ends with `NOT_MOUNTED`, saying why, instead of reading an empty folder. */
export const whenMounted = (command: string): string =>
  sh`( mountpoint -q /etc/pve || { echo '/etc/pve is not mounted: pve-cluster does not run there' >&2; exit ${NOT_MOUNTED}; }; ${raw(command)} )`;
