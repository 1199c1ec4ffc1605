import { expect } from "vitest";
import { z } from "zod";
import type { ProgramTwin } from "./program-twin.js";

const SEEN = "/var/tmp/guest-seen";
const seconds = z.array(z.number().positive());

/**
 * Each host writes down by itself, five times a second, that a guest's processes are there. HA is not asked: what it believes is what
 * has to be judged. The clocks of all hosts are that of one kernel.
 */
export async function witnessGuest(
  twin: ProgramTwin,
  nodes: readonly string[],
  guest: number,
): Promise<void> {
  const there = `/sys/fs/cgroup/qemu.slice/pve-guest-${guest}.service`;
  const script = `while sleep 0.2; do [ -d ${there} ] && date +%s.%N >> ${SEEN}; done`;
  for (const node of nodes) {
    await twin.on(
      node,
      `systemctl stop guest-witness 2>/dev/null; rm -f ${SEEN}; systemd-run --quiet --collect --unit=guest-witness sh -c '${script}'`,
    );
  }
}

export async function seenOn(twin: ProgramTwin, node: string): Promise<readonly number[]> {
  const text = await twin.on(node, `cat ${SEEN} 2>/dev/null || true`);
  return seconds.parse(text.split("\n").filter(Boolean).map(Number));
}

/** When the guest was first seen on one of these; the last moment at which the lost node may have run it has to lie before. */
export async function expectNeverTwice(
  twin: ProgramTwin,
  peers: readonly string[],
  endedOnVictim: number,
): Promise<void> {
  const all = await Promise.all(peers.map((peer) => seenOn(twin, peer)));
  const first = Math.min(...all.flat());
  // A list that is empty everywhere would be Infinity, and would prove nothing.
  expect(Number.isFinite(first)).toBe(true);
  console.log(`the guest runs again ${(first - endedOnVictim).toFixed(1)} s after its end there`);
  expect(first).toBeGreaterThan(endedOnVictim);
}
