import { expect } from "vitest";
import { eventually } from "../../../twin/testing/index.js";
import type { ProgramTwin } from "./program-twin.js";

/** Cold starts shoot nobody for so long; a rehearsal need not wait for it. */
export const SHORT_GRACE = [
  "\n    fencing:\n",
  "\n    fencing:\n      startupGrace: 5s\n",
] as const;

export interface LostNode {
  /** The node that is lost, with a guest under HA. */
  readonly victim: string;
  /** Its peers, the one that acts first. */
  readonly peers: readonly [string, ...string[]];
  readonly kind: "redfish" | "ipmi" | "amt" | "pdu";
  readonly guest: number;
}

export async function startGuestUnderHa(
  twin: ProgramTwin,
  { victim, guest }: LostNode,
): Promise<void> {
  await twin.on(victim, `qm create ${guest} --name a --memory 128 && ha-manager add vm:${guest}`);
  await untilStarted(twin, victim, guest);
}

/** After a power cut of all nobody decides for HA until the lock of its last master has run out, which takes two minutes. */
const HA_READY_MS = 240_000;

/** HA has started a guest on this node, and it runs there: after a power cut HA says for two minutes what it knew before. */
export async function untilStarted(twin: ProgramTwin, node: string, guest: number): Promise<void> {
  const asked = `ha-manager status | grep -qF 'vm:${guest} (${node}, started)' && qm status ${guest} | grep -q running && echo yes; true`;
  await eventually(
    async () => (await twin.on(node, asked)) === "yes\n",
    () => `vm:${guest} is not started on ${node} under HA`,
    HA_READY_MS,
  );
}

/** Confirmed off through its controller, before anybody may start its guest elsewhere. */
export function freezeUntilOff(twin: ProgramTwin, frozen: LostNode): Promise<number> {
  return loseUntilOff(twin, frozen, ["host-freeze", frozen.victim]);
}

/** What the fencer of a node has written to its journal since a moment, each line with its time in seconds. */
export function saidByFencer(twin: ProgramTwin, node: string, since: number): Promise<string> {
  const journal = "journalctl -u proxmox-ha-fencer -o short-unix --no-pager";
  return twin.on(node, `${journal} --since @${Math.floor(since)}`);
}

/** By whatever fault; says when off was confirmed. */
export async function loseUntilOff(
  twin: ProgramTwin,
  { victim, peers: [first], kind }: LostNode,
  fault: readonly string[],
): Promise<number> {
  const lostAt = Date.now() / 1000;
  await twin.twin(["fault", twin.name, ...fault]);
  const journal = () => saidByFencer(twin, first, lostAt);
  await eventually(
    async () => (await journal()).includes(`FENCED: ${victim} is off`),
    () => `${victim} is not fenced`,
    180_000,
  );
  const said = await journal();
  const confirmedAt = Number(
    new RegExp(`^([\\d.]+) .*FENCED: ${victim} is off`, "m").exec(said)?.[1],
  );
  const seconds = Math.round(confirmedAt - lostAt);
  console.log(`${kind}: ${victim} confirmed off ${seconds} s after the loss`);
  // Proxmox's earliest recovery; on a machine that does nothing else it is below 70 s.
  expect(confirmedAt - lostAt).toBeLessThan(110);
  expect(said).not.toMatch(/NOT FENCED/);
  return confirmedAt;
}

/** The guest starts on a peer, which is returned, and the node that stood still is switched on and a member again. */
export async function untilRecovered(
  twin: ProgramTwin,
  { victim, peers, kind, guest }: LostNode,
): Promise<string> {
  const [first] = peers;
  // Its home may be back at once, and HA moves it there.
  const elsewhere = new RegExp(`vm:${guest} \\((${peers.join("|")}), (started|migrate)\\)`);
  const placed = () => twin.on(first, "ha-manager status");
  await eventually(
    async () => elsewhere.test(await placed()),
    () => `vm:${guest} is not recovered`,
    180_000,
  );
  const healthy = await twin.untilHealthy(240_000);
  console.log(`${kind}: recovered; ${victim} switched on again and healthy ${healthy} s later`);
  return elsewhere.exec(await placed())?.[1] ?? "nowhere";
}
