import { Failure } from "../../../config/failure/failure.js";
import { MEMBER_TURN } from "../../membership/turn.js";
import type { Clock, HostShell } from "../../shell/shell.js";
import { until } from "../../shell/until.js";
import type { NamedLocks } from "../../transport/base/mutex.js";
import { look } from "../../transport/ssh/look.js";

/** Votes as a member of a cluster counts them. */
export interface Votes {
  readonly quorate: boolean;
  readonly present: number;
  readonly expected: number;
  readonly needed: number;
  readonly own: number;
}

const VOTES_SCRIPT = [
  "export LC_ALL=C",
  "test -s /etc/corosync/corosync.conf || { echo 'no member'; exit 0; }",
  "corosync-quorumtool -s 2>&1 || true",
].join("\n");

/** Undefined for a host that is in no cluster; a member without a running corosync counts nothing. */
export function parseVotes(output: string): Votes | undefined {
  if (/^no member$/m.test(output)) {
    return undefined;
  }
  const count = (label: string): number =>
    Number(new RegExp(`^${label}:\\s+(\\d+)`, "m").exec(output)?.[1] ?? 0);
  return {
    quorate: /^Quorate:\s+Yes/m.test(output),
    present: count("Total votes"),
    expected: count("Expected votes"),
    needed: count("Quorum"),
    own: Number(/^\s*\S+\s+(\d+)\s+\S.*\(local\)/m.exec(output)?.[1] ?? 1),
  };
}

/** Whether the cluster can bear that this member falls out for a moment. What has no quorum has none to lose. */
export function canSpare(votes: Votes): boolean {
  return (
    !votes.quorate || votes.present === votes.expected || votes.present - votes.own >= votes.needed
  );
}

/**
 * Fresh hosts change their networks all at once. Members of a cluster take turns, and the next one begins only when the one
 * before has its votes back, so that a mistake in the file costs one member and not the quorum.
 */
export async function inTurn(
  shell: HostShell,
  work: () => Promise<void>,
  policy: { readonly locks: NamedLocks; readonly deadlineMs: number; readonly clock: Clock },
): Promise<void> {
  if ((await readVotes(shell)) === undefined) {
    await work();
    return;
  }
  await policy.locks.hold(MEMBER_TURN, async () => {
    // Read again: while it waited, another member may have dropped out.
    const before = await readVotes(shell);
    if (before !== undefined && !canSpare(before)) {
      throw new Failure("refused", {
        tried: "changing the network of a member",
        where: shell.node,
        cameBack: `refused: only ${before.present} of ${before.expected} votes are present, and without ${shell.node} the cluster would lose its quorum of ${before.needed}`,
        doNext:
          "The network of this node is as it was. Bring the missing members back, then run `pulumi up` again.",
      });
    }
    await work();
    await awaitVotes(shell, before, policy);
  });
}

async function awaitVotes(
  shell: HostShell,
  before: Votes | undefined,
  policy: { readonly deadlineMs: number; readonly clock: Clock },
): Promise<void> {
  if (before?.quorate !== true) {
    return;
  }
  const back = await until(
    () => readVotes(shell),
    (now) => now?.quorate === true && now.present >= before.present,
    { deadlineMs: policy.deadlineMs, everyMs: 1_000, clock: policy.clock },
  );
  if (!back.ok) {
    throw new Failure("failed", {
      tried: "watching the quorum after a change of the network",
      where: shell.node,
      cameBack: `${shell.node} counts ${back.last?.present ?? 0} votes, ${before.present} before the change`,
      doNext:
        "The new network stays, and no other member is changed. Look at `corosync-cfgtool -n` there, then run `pulumi up` again.",
    });
  }
}

async function readVotes(shell: HostShell): Promise<Votes | undefined> {
  const said = await look(shell, {
    script: VOTES_SCRIPT,
    timeoutMs: 20_000,

    verb: "count the cluster's votes",
  });
  return parseVotes(said);
}
