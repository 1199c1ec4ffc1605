import { JOIN_LOG, JOIN_UNIT } from "../membership/facts.js";
import { raw, sh } from "../transport/ssh/quoting.js";

/**
 * The scripts that change a cluster. Every script takes the host's own lock first: two runs at once, or a second controller,
 * must not interleave.
 */
const LOCK = [
  "export LC_ALL=C",
  "exec 9>/run/lock/proxmox-ha-cluster.lock",
  'flock -w 30 9 || { echo "another run holds the cluster lock on this host" >&2; exit 75; }',
].join("\n");

export interface LinkArgument {
  readonly link: number;
  readonly address: string;
  readonly priority: number;
}

export function createScript(args: {
  readonly cluster: string;
  readonly nodeid: number;
  readonly votes: number;
  readonly links: readonly LinkArgument[];
  readonly tokenCoefficient: number | undefined;
}): string {
  const links = args.links.flatMap(({ link, address, priority }) => [
    `--link${link}`,
    `${address}${priority > 0 ? `,priority=${priority}` : ""}`,
  ]);
  const coefficient =
    args.tokenCoefficient === undefined
      ? ""
      : // The option exists from pve-cluster 9.1 on; older ones say so in their help.
        sh`pvecm help create 2>&1 | grep -q token-coefficient && set -- "$@" --token-coefficient ${args.tokenCoefficient}`;
  return [
    LOCK,
    sh`set -- ${args.cluster} --nodeid ${args.nodeid} --votes ${args.votes} ${links}`,
    coefficient,
    'pvecm create "$@" 2>&1',
  ]
    .filter((line) => line !== "")
    .join("\n");
}

/** Prints the joining node's public key, made when there is none. */
export const PUBLIC_KEY_SCRIPT = [
  "test -s /root/.ssh/id_rsa.pub || { mkdir -p -m 700 /root/.ssh; ssh-keygen -q -t rsa -b 4096 -N '' -f /root/.ssh/id_rsa; }",
  "cat /root/.ssh/id_rsa.pub",
].join("\n");

/** Lets the joining node log in at the member, and prints the member's host keys for it to pin. */
export function admitScript(publicKey: string): string {
  return [
    LOCK,
    "keys=/etc/pve/priv/authorized_keys",
    sh`key=${publicKey.trim()}`,
    'grep -qxF "$key" "$keys" 2>/dev/null || printf \'%s\\n\' "$key" >> "$keys" || exit 1',
    "cat /etc/ssh/ssh_host_*_key.pub",
  ].join("\n");
}

/** Lines of known_hosts for the keys that a host itself has shown. */
export function knownHosts(address: string, keys: readonly string[]): string[] {
  return keys.map((key) => `${address} ${key.split(/\s+/).slice(0, 2).join(" ")}`);
}

/** Starts the join as a unit of its own, so that neither a lost connection nor a dead controller cuts it. ssh-copy-id needs HOME. */
export function joinScript(args: {
  readonly peerAddress: string;
  readonly peerHostKeys: readonly string[];
  readonly nodeid: number;
  readonly votes: number;
  readonly links: readonly LinkArgument[];
}): string {
  const links = args.links.flatMap(({ link, address }) => [`--link${link}`, address]);
  const command = sh`pvecm add ${args.peerAddress} --use_ssh --nodeid ${args.nodeid} --votes ${args.votes} ${links}`;
  return [
    LOCK,
    "cd /",
    "mkdir -p -m 700 /root/.ssh",
    "touch /root/.ssh/known_hosts",
    sh`ssh-keygen -R ${args.peerAddress} -f /root/.ssh/known_hosts >/dev/null 2>&1 || true`,
    sh`printf '%s\\n' ${knownHosts(args.peerAddress, args.peerHostKeys)} >> /root/.ssh/known_hosts`,
    `: > ${JOIN_LOG}`,
    sh`systemd-run --quiet --collect --setenv=HOME=/root --unit=${JOIN_UNIT} -p StandardOutput=append:${JOIN_LOG} -p StandardError=append:${JOIN_LOG} /bin/sh -c ${sh`${raw(command)}; echo "pvecm ended with status $?"`}`,
  ].join("\n");
}

/** How long a look stays on the node while its join runs; a join is two or three looks then, and no second is lost behind its end. */
const HELD_S = 8;

/** Returns when no join runs on the node any more, or when the look has been held long enough. */
export const JOIN_ENDED_SCRIPT = [
  "export LC_ALL=C",
  sh`for i in $(seq ${4 * HELD_S}); do case "$(systemctl show -p ActiveState --value ${JOIN_UNIT}.service)" in active|activating) sleep 0.25;; *) break;; esac; done`,
].join("\n");

/** Removes what a cut join left on a node whose corosync does not run. */
export const CLEAN_NODE_SCRIPT = [
  LOCK,
  "systemctl is-active --quiet corosync && { echo 'corosync runs: nothing is removed' >&2; exit 1; }",
  "systemctl stop pve-cluster corosync 2>/dev/null || true",
  "rm -f /etc/corosync/authkey /etc/corosync/corosync.conf",
  "rm -rf /var/lib/corosync/*",
  "systemctl start pve-cluster && systemctl restart pvedaemon pveproxy",
].join("\n");

/**
 * Takes a node that never came up out of the member's configuration. A cluster that lost its quorum to that node's
 * vote gets it back first; this is only run when the node is known not to run corosync.
 */
export function forgetScript(node: string, presentVotes: number): string {
  return [
    LOCK,
    "if ! pvecm status >/dev/null 2>&1; then",
    sh`  pvecm expected ${presentVotes} || exit 1`,
    "  for i in $(seq 1 30); do stat -c %A /etc/pve/nodes | grep -q ^drw && break; sleep 1; done",
    "fi",
    sh`pvecm delnode ${node} 2>&1`,
  ].join("\n");
}

/** Puts certificates and keys in order on a node that became a member without the end of its join. */
export const FINISH_JOIN_SCRIPT = [
  LOCK,
  "pvecm updatecerts 2>&1 && systemctl try-reload-or-restart pvedaemon pveproxy",
  `echo 'successfully added node (finished by a later run)' >> ${JOIN_LOG}`,
].join("\n");

/** Replaces corosync.conf as a whole; the rename is what the cluster file system acts on. */
export function replaceConfScript(text: string, expectedVersion: number): string {
  return [
    LOCK,
    sh`test "$(sed -n 's/^ *config_version: *//p' /etc/pve/corosync.conf)" = ${expectedVersion} || { echo 'corosync.conf was changed by somebody else meanwhile' >&2; exit 1; }`,
    sh`printf '%s\\n\\n' ${text.trimEnd()} > /etc/pve/corosync.conf.new || exit 1`,
    "mv /etc/pve/corosync.conf.new /etc/pve/corosync.conf",
  ].join("\n");
}

/** What corosync made of the last reload: 1 good, 7 rejected. */
export const RELOAD_STATUS_SCRIPT = [
  "export LC_ALL=C",
  "corosync-cmapctl -g config.reload_status",
  "corosync-cmapctl -g totem.config_version 2>/dev/null || corosync-cmapctl -g runtime.config.totem.config_version 2>/dev/null || true",
].join("\n");
