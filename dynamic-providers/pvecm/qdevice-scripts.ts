import { lockedOnHost } from "../transport/ssh/host-lock.js";
import { sh } from "../transport/ssh/quoting.js";
import { knownHosts } from "./scripts.js";

const LOCK_WAIT_SECONDS = 30;
const locked = (lines: readonly string[]): string =>
  ["export LC_ALL=C", lockedOnHost("cluster", LOCK_WAIT_SECONDS, lines.join("\n"))].join("\n");

/** Whether the daemon of the vote answers; the shell's own sockets, because no tool for it is sure to be there. */
export const reachScript = (address: string): string =>
  sh`timeout 5 bash -c 'exec 3<>/dev/tcp/"$0"/5403' ${address} 2>/dev/null`;

/** A line of its own, so that it can be taken away after a cut too, and one that somebody else wrote stays. */
const ownLine = (publicKey: string): string => `${publicKey.trim()} proxmox-ha-qdevice`;

/** Lets a member log in and prints the host's keys for it to pin. */
export function admitScript(publicKey: string): string {
  return [
    "command -v corosync-qnetd-certutil >/dev/null || { echo 'corosync-qnetd is not installed here' >&2; exit 1; }",
    'mkdir -p -m 700 "$HOME/.ssh"',
    'keys="$HOME/.ssh/authorized_keys"',
    sh`key=${ownLine(publicKey)}`,
    // A file that somebody wrote by hand may lack the end of its last line.
    'test -z "$(tail -c 1 "$keys" 2>/dev/null)" || echo >> "$keys"',
    'grep -qxF -- "$key" "$keys" 2>/dev/null || (umask 077; printf \'%s\\n\' "$key" >> "$keys")',
    "cat /etc/ssh/ssh_host_*_key.pub",
  ].join("\n");
}

/** Takes the key away again: the cluster needs no way into its tie-breaker once both know each other. */
export function dismissScript(publicKey: string): string {
  return [
    'keys="$HOME/.ssh/authorized_keys"',
    'test -e "$keys" || exit 0',
    sh`key=${ownLine(publicKey)}`,
    '(umask 077; grep -vxF -- "$key" "$keys" > "$keys.proxmox-ha" || true)',
    'cat "$keys.proxmox-ha" > "$keys" && rm -f "$keys.proxmox-ha"',
  ].join("\n");
}

/** Pins the host's keys on the member and sets the device up. */
export function setUpScript(args: {
  readonly address: string;
  readonly hostKeys: readonly string[];
  readonly oddNodes: boolean;
}): string {
  const { address, hostKeys, oddNodes } = args;
  return locked([
    "cd /",
    "mkdir -p -m 700 /root/.ssh",
    "touch /root/.ssh/known_hosts",
    sh`ssh-keygen -R ${address} -f /root/.ssh/known_hosts >/dev/null 2>&1 || true`,
    sh`printf '%s\\n' ${knownHosts(address, hostKeys)} >> /root/.ssh/known_hosts`,
    sh`HOME=/root pvecm qdevice setup ${[address, ...(oddNodes ? ["--force"] : [])]} 2>&1 </dev/null`,
  ]);
}

export const REMOVE_SCRIPT = locked(["cd /", "HOME=/root pvecm qdevice remove 2>&1 </dev/null"]);

/** What a set-up that was cut leaves behind; `pvecm` refuses to begin anew over it. */
export const CLEAR_SCRIPT = locked([
  "grep -q '^  device {' /etc/pve/corosync.conf && { echo 'the cluster has a QDevice: nothing is removed' >&2; exit 1; }",
  "systemctl disable --now --quiet corosync-qdevice 2>/dev/null || true",
  "rm -rf /etc/corosync/qdevice/net/nssdb",
]);

/** Looks at corosync's own memory, four a second; the last reload may be of the time before this node had the new file. */
const KNOWN_TRIES = 80;
const RELOAD_AT_TRY = 12;

/**
 * Lets the daemon of a member that has all it needs ask for the vote again. It ends at once while corosync has not read the
 * device yet, and after five such ends systemd refuses every start: so it is started when corosync knows, from a count of zero.
 */
export const MEND_SCRIPT = locked([
  "known() { corosync-cmapctl -g quorum.device.model >/dev/null 2>&1; }",
  "tries=0",
  sh`until known || [ "$tries" -ge ${String(KNOWN_TRIES)} ]; do`,
  "  tries=$((tries + 1))",
  sh`  if [ "$tries" -eq ${String(RELOAD_AT_TRY)} ]; then corosync-cfgtool -R >/dev/null 2>&1 || true; fi`,
  "  sleep 0.25",
  "done",
  "known || { echo 'corosync has not read the QDevice from its configuration' >&2; exit 1; }",
  "systemctl enable --quiet corosync-qdevice || exit 1",
  "systemctl reset-failed corosync-qdevice 2>/dev/null || true",
  "systemctl restart corosync-qdevice >/dev/null 2>&1 && exit 0",
  "echo 'corosync-qdevice does not start. Its last words:' >&2",
  "journalctl --unit=corosync-qdevice --identifier=corosync-qdevice --lines=3 --output=cat --no-pager >&2",
  "exit 1",
]);
