import { Failure } from "../../config/failure/failure.js";
import { reasons } from "../health/condition.js";
import { quorum } from "../health/member.js";
import { type Clock, endOfOutput, expectSuccess, type HostShell } from "../shell/shell.js";
import { until } from "../shell/until.js";
import { objectionsToDevice, refusal } from "./qdevice-change.js";
import { complaintsAboutVote, type DeviceFacts, observeDevice } from "./qdevice-facts.js";
import {
  admitScript,
  CLEAR_SCRIPT,
  dismissScript,
  MEND_SCRIPT,
  REMOVE_SCRIPT,
  reachScript,
  setUpScript,
} from "./qdevice-scripts.js";
import { PUBLIC_KEY_SCRIPT } from "./scripts.js";

export interface DeviceWork {
  readonly cluster: string;
  readonly members: readonly HostShell[];
  readonly deadlineMs: number;
  readonly clock: Clock;
}

const SET_UP_TIMEOUT_MS = 180_000;
/** For the configuration to reach all members. */
const PREPARED_MS = 20_000;

/** Refuses while something stands against it, before anything is changed. */
export async function requireReady(
  work: DeviceWork,
  address: string,
  facts: readonly DeviceFacts[],
): Promise<void> {
  const reached = await Promise.all(
    work.members.map(async (shell) => {
      const tried = await shell.run(reachScript(address), {
        timeoutMs: 20_000,
        repeatable: true,
        verb: "ask corosync-qnetd for an answer",
      });
      return { node: shell.node, ok: tried.status === 0 };
    }),
  );
  const objections = objectionsToDevice(
    work.members.map(({ node }) => node),
    facts,
    reached.filter(({ ok }) => !ok).map(({ node }) => node),
    address,
  );
  if (objections.length > 0) {
    throw refusal(`giving ${work.cluster} the vote of a QDevice`, writerOf(work).node, objections);
  }
}

/** Sets the device up, from a state in which the cluster has none. */
export async function setUp(work: DeviceWork, qnetd: HostShell, address: string): Promise<void> {
  const writer = writerOf(work);
  const tried = `giving ${work.cluster} the vote of a QDevice`;
  await Promise.all(
    work.members.map((shell) => change(shell, CLEAR_SCRIPT, tried, "clear an unfinished set-up")),
  );
  const publicKey = await change(writer, PUBLIC_KEY_SCRIPT, tried, "read the node's public key");
  const dismiss = (): Promise<string> =>
    change(qnetd, dismissScript(publicKey), tried, "take the node's key away again");
  try {
    const admitted = await change(
      qnetd,
      admitScript(publicKey),
      `letting ${writer.node} prepare the QDevice`,
      "let the node in for the set-up",
      "Run `apt install corosync-qnetd` there, then `pulumi up` again.",
    );
    const hostKeys = admitted.trim().split("\n");
    const oddNodes = work.members.length % 2 === 1;
    const done = await writer.run(setUpScript({ address, hostKeys, oddNodes }), {
      timeoutMs: SET_UP_TIMEOUT_MS,
      repeatable: false,
      verb: "set up the QDevice",
    });
    await startIdle(work, tried);
    // Its words tell why; whether it worked, the members tell.
    await untilCounted(work, tried, endOfOutput(done));
  } catch (thrown) {
    // What went wrong first is what a person has to know; the next set-up takes the key away too.
    await dismiss().catch(() => undefined);
    throw thrown;
  }
  await dismiss();
}

/**
 * pvecm starts the daemons before corosync has read the new configuration. One that is too early ends, and pvecm stops there,
 * with everything written and the other daemons never started.
 */
async function startIdle(work: DeviceWork, tried: string): Promise<void> {
  const prepared = await until(
    () => Promise.all(work.members.map((shell) => observeDevice(shell))),
    (all) => all.every((one) => one.configured !== undefined && one.hasCertificates),
    { deadlineMs: Math.min(work.deadlineMs, PREPARED_MS), everyMs: 1_000, clock: work.clock },
  );
  const idle = prepared.last.filter(({ active, enabled }) => !active || !enabled);
  for (const shell of prepared.ok ? work.members : []) {
    if (idle.some(({ node }) => node === shell.node)) {
      await change(shell, MEND_SCRIPT, tried, "start corosync-qdevice");
    }
  }
}

/** Takes the device out of the cluster; the nodes' own votes remain. */
export async function takeAway(work: DeviceWork): Promise<void> {
  const writer = writerOf(work);
  const tried = `taking the QDevice out of ${work.cluster}`;
  const done = await writer.run(REMOVE_SCRIPT, {
    timeoutMs: 120_000,
    repeatable: false,
    verb: "remove the QDevice",
  });
  const gone = await until(
    () => Promise.all(work.members.map((shell) => observeDevice(shell))),
    (all) => all.every((one) => lingering(one).length === 0),
    { deadlineMs: work.deadlineMs, everyMs: 1_000, clock: work.clock },
  );
  if (!gone.ok) {
    const rest = gone.last.flatMap(lingering);
    throw new Failure("failed", {
      tried: tried,
      where: writer.node,
      cameBack: `pvecm said: ${endOfOutput(done)}; ${rest.join("; ")}`,
      doNext: "It needs every member online. Check `pvecm status`, then run `pulumi up` again.",
    });
  }
}

function lingering(facts: DeviceFacts): string[] {
  return [
    ...(facts.configured === undefined ? [] : [`${facts.node} still has it in its configuration`]),
    ...(facts.membership.votes.device === 0 ? [] : [`${facts.node} still counts its vote`]),
    ...reasons([quorum(facts.node, facts.membership)]),
  ];
}

/** Starts the daemons of members that do not count the vote. */
export async function mend(work: DeviceWork, facts: readonly DeviceFacts[]): Promise<void> {
  const tried = `having every member of ${work.cluster} count the QDevice`;
  const idle = facts.filter((one) => complaintsAboutVote(one).length > 0).map(({ node }) => node);
  for (const shell of work.members.filter(({ node }) => idle.includes(node))) {
    await change(shell, MEND_SCRIPT, tried, "start corosync-qdevice");
  }
  await untilCounted(work, tried, "");
}

async function untilCounted(work: DeviceWork, tried: string, said: string): Promise<void> {
  const counted = await until(
    () => Promise.all(work.members.map((shell) => observeDevice(shell))),
    (all) => all.every((one) => one.configured !== undefined && voteless(one).length === 0),
    { deadlineMs: work.deadlineMs, everyMs: 1_000, clock: work.clock },
  );
  if (counted.ok) {
    return;
  }
  const rest = counted.last.flatMap((one) =>
    one.configured === undefined ? [`${one.node} has none in its configuration`] : voteless(one),
  );
  throw new Failure("failed", {
    tried: tried,
    where: writerOf(work).node,
    cameBack: [...(said === "" ? [] : [`pvecm said: ${said}`]), rest.join("; ")].join("; "),
    doNext:
      "Check corosync-qnetd on its host and `journalctl -u corosync-qdevice` on the named nodes, then run `pulumi up` again: it goes on from here.",
  });
}

const voteless = (facts: DeviceFacts): string[] => [
  ...complaintsAboutVote(facts).map((what) => `${facts.node} ${what}`),
  ...reasons([quorum(facts.node, facts.membership)]),
];

async function change(
  shell: HostShell,
  script: string,
  tried: string,
  verb: string,
  doNext = "Put this right, then run `pulumi up` again.",
): Promise<string> {
  const done = await shell.run(script, { timeoutMs: 60_000, repeatable: true, verb });
  return expectSuccess(done, { tried, node: shell.node, doNext });
}

function writerOf({ members }: DeviceWork): HostShell {
  const [writer] = members;
  if (writer === undefined) {
    throw new Error("a cluster without members has no QDevice");
  }
  return writer;
}
