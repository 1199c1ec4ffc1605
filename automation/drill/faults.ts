import { z } from "zod";
import { raw, sh } from "../../dynamic-providers/transport/ssh/quoting.js";

/** A packet filter of its own, so that nobody else's rules are touched and one command takes it away. */
const TABLE = "proxmox_ha_drill";
const ISOLATION = "proxmox-ha-drill-isolation";
/** The node resets itself within 80 s and loses the filter by that; this is for one that does not. */
const ISOLATED_S = 300;
const CRASH_AFTER_S = 1;

/**
 * Prints the instant of the crash, by the node's clock; it comes a moment later, so that the answer gets away. By `tee`, because a
 * rehearsed host has one that crashes the host alone.
 */
export function crashScript(): string {
  return [
    "set -e",
    "export LC_ALL=C",
    "sync",
    sh`systemd-run --quiet --collect --on-active=${CRASH_AFTER_S} --timer-property=AccuracySec=100ms /bin/sh -c 'echo c | tee /proc/sysrq-trigger'`,
    `date -d '+${CRASH_AFTER_S} sec' +%s.%N`,
  ].join("\n");
}

/** Cuts corosync's links in both directions, and nothing else. Its own end is ordered first. */
export function isolateScript(ports: readonly number[]): string {
  const list = ports.join(", ");
  const chain = (name: string, hook: string): string =>
    `chain ${name} { type filter hook ${hook} priority -300; udp dport { ${list} } drop; }`;
  // Each chain ends its line: nft takes no two on one.
  const table = [
    `table inet ${TABLE} {`,
    chain("incoming", "input"),
    chain("outgoing", "output"),
    "}",
  ].join("\n");
  return [
    "set -e",
    "export LC_ALL=C",
    "command -v nft >/dev/null || { echo 'nft is not there; `apt install nftables`'; exit 1; }",
    sh`systemctl reset-failed ${ISOLATION}.service ${ISOLATION}.timer 2>/dev/null || true`,
    sh`systemd-run --quiet --collect --unit=${ISOLATION} --on-active=${ISOLATED_S} nft delete table inet ${TABLE}`,
    sh`printf '%s\\n' ${table} | nft -f -`,
    "date +%s.%N",
  ].join("\n");
}

/** Also where it has ended by itself, or by the node's restart. */
export function endIsolationScript(): string {
  return [
    sh`nft delete table inet ${TABLE} 2>/dev/null || true`,
    sh`systemctl stop ${ISOLATION}.timer 2>/dev/null || true`,
    sh`! nft list table inet ${raw(TABLE)} >/dev/null 2>&1`,
  ].join("\n");
}

export const NOW_SCRIPT = "date +%s.%N";
const seconds = z.coerce.number().positive();

/** The instant that the last line names, in seconds since 1970. */
export function instantOf(said: string): number {
  return seconds.parse(said.trim().split("\n").at(-1));
}
