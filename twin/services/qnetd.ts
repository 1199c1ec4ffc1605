import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { TwinPaths } from "../paths.js";
import type { QnetdPlan } from "../plan/twin-plan.js";

export interface DebianTree {
  /** A Debian of the hosts' release, which is never written to. */
  readonly root: string;
  /** Its packages beyond that. */
  readonly packages: string;
}

/** A file that holds the hash of root's password, or a word that no password has. */
function writeHash(state: string, hash: string | undefined): string {
  const file = join(state, "password-hash");
  writeFileSync(file, `${hash ?? "!"}\n`, { mode: 0o600 });
  return file;
}

/**
 * A host of its own, with Debian's corosync-qnetd installed by its package manager and an sshd: a file system over the
 * hosts' Debian and a process space, and no systemd, because two daemons need none.
 */
export function qnetdCommand(
  { name }: QnetdPlan,
  paths: TwinPaths,
  debian: DebianTree,
  passwordHash: string | undefined,
): string[] {
  const state = join(paths.data, "servers", name);
  for (const part of ["upper", "work", "root"]) mkdirSync(join(state, part), { recursive: true });
  const root = join(state, "root");
  const hash = writeHash(state, passwordHash);
  const script = [
    "set -e",
    `mount -t overlay overlay -o lowerdir=${debian.root},upperdir=${state}/upper,workdir=${state}/work ${root}`,
    `mount -t proc proc ${root}/proc`,
    `mount --rbind /dev ${root}/dev`,
    `mount -t tmpfs tmpfs ${root}/run`,
    `mkdir -p ${root}/run/sshd ${root}/var/packages`,
    `mount --bind ${debian.packages} ${root}/var/packages`,
    `hostname ${name}`,
    `echo ${name} > ${root}/etc/hostname`,
    `chroot ${root} usermod --password "$(cat ${hash})" root`,
    // Keys are its own and stay with its file system.
    `chroot ${root} ssh-keygen -A > /dev/null`,
    `chroot ${root} sh -c 'test -x /usr/bin/corosync-qnetd || DEBIAN_FRONTEND=noninteractive dpkg --install /var/packages/corosync-qnetd_*.deb'`,
    `chroot ${root} install -d -o coroqnetd -g coroqnetd /run/corosync-qnetd`,
    `chroot ${root} /usr/sbin/sshd`,
    `exec chroot ${root} setpriv --reuid coroqnetd --regid coroqnetd --clear-groups /usr/bin/corosync-qnetd -f`,
  ].join("\n");
  const apart = ["unshare", "--mount", "--propagation", "private", "--uts", "--pid", "--fork"];
  return [...apart, "--kill-child", "sh", "-c", script];
}
