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

/**
 * Shell command that prints a file there, and nothing where there is none. Programs replace such a file by another one, and who has
 * just found the old one is told that there is none when he opens it; so silence is an answer only after a second look, and
 * whatever else came back is a failure that says so.
 */
export const printed = (file: string): string =>
  sh`{ cat ${file} 2>/dev/null || cat ${file} 2>/dev/null || test ! -e ${file} || cat ${file}; }`;

/** The same through `sed -n`, for a look that wants little of it. */
export const printedOf = (file: string, lines: string): string =>
  sh`( text=$(${raw(printed(file))}) || exit; printf '%s\n' "$text" | sed -n ${lines} )`;
