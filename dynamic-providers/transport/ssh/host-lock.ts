import { raw, sh } from "./quoting.js";

/** Exit status of a script that did not get its lock. */
export const LOCKED = 75;

/**
 * Runs a script alone on its host, also against other runs of the program. The kernel drops the lock with the script,
 * however that ends. What the script leaves running should close descriptor 9.
 */
export function lockedOnHost(name: string, waitSeconds: number, script: string): string {
  const file = `/run/lock/proxmox-ha-${name}.lock`;
  return sh`exec 9>${file}
flock -w ${waitSeconds} 9 || { echo ${`another run holds ${file} (see: fuser -v ${file})`} >&2; exit ${LOCKED}; }
${raw(script)}`;
}
