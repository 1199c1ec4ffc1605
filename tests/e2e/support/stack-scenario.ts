import { expect } from "vitest";
import type { ClusterStatus } from "./cluster-status.js";
import { ProgramTwin } from "./program-twin.js";
import { linksOf, longestChain, shownChain } from "./serial-chain.js";

/**
 * Round trips of a refresh to one host: the founder, which also answers for what belongs to the cluster as a whole, and any other. Looks go
 * out together (ADR 0111), so it is the same with Ceph and without.
 */
const mostTrips = { founder: 15, other: 13 } as const;

const perHost = (trips: Readonly<Record<string, number>>): string =>
  Object.entries(trips)
    .map(([host, count]) => `${host} ${count}`)
    .join(", ");

/** Hosts that install Ceph do nothing else for minutes, and longer on a machine that does much beside. */
const upMs = 1_200_000;
/** Of a test that forms a stack: its twin, its first run and what comes behind it. */
export const FORMED_MS = upMs + 600_000;

/** What every stack promises on its twin, from fresh hosts on; the twin is gone afterwards, whatever happened. */
export async function expectStackToForm(
  stack: string,
  alsoExpect: (twin: ProgramTwin) => Promise<void> = () => Promise.resolve(),
): Promise<void> {
  const twin = await ProgramTwin.up(stack, stack);
  try {
    await expectFirstUp(twin);
    await expectNothingLeftToDo(twin);
    const { nodes } = await twin.status();
    for (const { node } of nodes) {
      await expectFilesAccepted(twin, node);
    }
    await alsoExpect(twin);
  } finally {
    await twin.down();
  }
}

async function expectFirstUp(twin: ProgramTwin): Promise<void> {
  const first = await twin.runUp({ deadlineMs: upMs });
  console.log(
    `${twin.stack}: first up ${first.done.seconds} s; round trips: ${perHost(first.log.roundTrips())}`,
  );
  const links = linksOf(first.done.stdout, await twin.exportedState());
  console.log(`${twin.stack}: ${shownChain(longestChain(links))}`);
  const status = await twin.status();
  expectFormed(status);
  for (const { storage, states } of status.storages) {
    expect({ storage, states: Object.values(states) }).toEqual({
      storage,
      states: status.nodes.map(() => "active"),
    });
  }
  expectFencing(twin.stack, status, first.done.stdout);
  expect(status.healthy).toBe(true);
}

/** What a silent node of each stack is switched off by, and which nodes have nothing but their watchdog. */
const fencedBy: Readonly<Record<string, { kind: string; watchdogOnly: readonly string[] }>> = {
  frege: { kind: "amt", watchdogOnly: [] },
  frege8: { kind: "amt", watchdogOnly: [] },
  gtr7: { kind: "none", watchdogOnly: ["pve1", "pve2", "pve3"] },
  homelab: { kind: "amt", watchdogOnly: ["pve-aimax-01"] },
  pve1: { kind: "redfish", watchdogOnly: [] },
};

/** Every node has proved that it can switch off every other one that has a device; the rest is said to rely on its watchdog. */
function expectFencing(stack: string, { nodes, fencing }: ClusterStatus, said: string): void {
  const { kind, watchdogOnly } = fencedBy[stack] ?? { kind: "unknown", watchdogOnly: [] };
  const names = nodes.map(({ node }) => node);
  const targets = names.filter((node) => !watchdogOnly.includes(node));
  expect(fencing.watchdogOnly).toEqual(watchdogOnly);
  expect(fencing.fencers).toEqual(
    targets.length === 0 ? [] : names.map((node) => ({ node, state: "active" })),
  );
  const pairs = fencing.pairs.map(({ why: _why, ...pair }) => pair);
  expect(pairs).toHaveLength(targets.length * (names.length - 1));
  for (const node of targets) {
    for (const by of names.filter((name) => name !== node)) {
      expect(pairs).toContainEqual({ by, node, kind, ok: true, power: "on" });
    }
  }
  for (const node of watchdogOnly) {
    expect(said).toContain(`${node}: only its own watchdog stops it`);
  }
}

/** Every node has joined and sees the others over both links. */
function expectFormed(status: ClusterStatus): void {
  const count = status.nodes.length;
  expect(count).toBeGreaterThanOrEqual(3);
  expect(status.nodes.map(({ state }) => state)).toEqual(status.nodes.map(() => "member"));
  expect(status.quorum).toEqual({ quorate: true, votes: count, expected: count });
  expect(status.links.map(({ state }) => state)).toEqual(status.links.map(() => "connected"));
  expect(status.links.length).toBe(2);
}

async function expectNothingLeftToDo(twin: ProgramTwin): Promise<void> {
  const second = await twin.runUp();
  expect(second.done.stdout).toMatch(/nothing to change \(\d+ as wanted\)/);
  // Only a guest that the file puts under HA and that nobody has made is looked for, at one member.
  const looks = /waits? to come under HA/.test(second.done.stdout) ? 1 : 0;
  expect(Object.keys(second.log.roundTrips())).toHaveLength(looks);
  const refresh = await twin.run("refresh");
  expect(refresh.done.status).toBe(0);
  expect(refresh.done.stdout).toContain("nothing to change");
  const trips = refresh.log.roundTrips();
  console.log(
    `${twin.stack}: second up ${second.done.seconds} s, ${looks} hosts asked; ` +
      `refresh ${refresh.done.seconds} s; round trips: ${perHost(trips)}`,
  );
  expect(Object.keys(trips).length).toBeGreaterThanOrEqual(3);
  const founder = Math.max(...Object.values(trips));
  for (const [host, count] of Object.entries(trips)) {
    const asked = refresh.log.steps().filter((step) => step.host === host);
    const why = asked.map(({ verb, resource }) => `${verb} (${resource})`).join("\n");
    expect(count, `${host} is asked ${count} times:\n${why}`).toBeLessThanOrEqual(
      count === founder ? mostTrips.founder : mostTrips.other,
    );
  }
}

/** The host's own programs read what was written, and find the running network to be as it says. */
async function expectFilesAccepted(twin: ProgramTwin, node: string): Promise<void> {
  const checked = await twin.on(node, "ifquery --check -a");
  expect(checked).toContain("[pass]");
  expect(checked).not.toContain("[fail]");
  await twin.on(node, "! command -v vtysh >/dev/null || vtysh -C");
}
