import { Failure } from "../../../config/failure/failure.js";
import { spareForMoment } from "../../health/spare.js";
import { MEMBER_TURN } from "../../membership/turn.js";
import { type CountedVotes, parseVotes, VOTES_COMMAND } from "../../membership/votes.js";
import type { Clock, HostShell } from "../../shell/shell.js";
import { until } from "../../shell/until.js";
import type { NamedLocks } from "../../transport/base/mutex.js";
import { look } from "../../transport/ssh/look.js";

const VOTES_SCRIPT = [
  "export LC_ALL=C",
  "test -s /etc/corosync/corosync.conf || { echo 'no member'; exit 0; }",
  `${VOTES_COMMAND} 2>&1 || true`,
].join("\n");

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
    const spare = before === undefined ? undefined : spareForMoment(shell.node, before);
    if (spare?.met === false) {
      throw new Failure("refused", {
        tried: "changing the network of a member",
        where: shell.node,
        cameBack: `refused: only ${before?.present} of ${before?.expected} votes are present, and ${spare.evidence}`,
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
  before: CountedVotes | undefined,
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

/** Undefined for a host that is in no cluster. */
async function readVotes(shell: HostShell): Promise<CountedVotes | undefined> {
  const said = await look(shell, {
    script: VOTES_SCRIPT,
    timeoutMs: 20_000,
    verb: "count the cluster's votes",
  });
  return /^no member$/m.test(said) ? undefined : parseVotes(said);
}
