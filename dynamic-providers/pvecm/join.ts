import { Failure } from "../../config/failure/failure.js";
import type { MembershipFacts } from "../membership/facts.js";
import { observeUnsettled } from "../membership/observe.js";
import { expectSuccess, type HostShell, look, type ShellResult, sentence } from "../shell/shell.js";
import { until } from "../shell/until.js";
import { decideJoin, type JoinDecision, type JoinWish } from "./join-decision.js";
import type { JoinHosts, JoinPolicy } from "./join-hosts.js";
import { proveMember, proveUdp } from "./join-proofs.js";
import { clearTraces, remove } from "./remove.js";
import {
  admitScript,
  CLEAN_NODE_SCRIPT,
  FINISH_JOIN_SCRIPT,
  forgetScript,
  JOIN_ENDED_SCRIPT,
  joinScript,
  PUBLIC_KEY_SCRIPT,
} from "./scripts.js";
import { seeOff } from "./see-off.js";

/** Reads both sides and decides. */
export async function inspectJoin(
  wish: JoinWish,
  hosts: JoinHosts,
): Promise<{
  readonly decision: JoinDecision;
  readonly joiner: MembershipFacts;
  readonly peer: MembershipFacts;
}> {
  const names = [wish.node, ...hosts.members.map(({ shell }) => shell.node)];
  const [joiner, peer] = await Promise.all([
    observeUnsettled(hosts.joiner, names),
    observeUnsettled(hosts.peer, names),
  ]);
  return { decision: decideJoin(wish, joiner, peer), joiner, peer };
}

/** Brings a node into the cluster from whatever state an earlier run left, and proves it is a full member. */
export async function join(wish: JoinWish, hosts: JoinHosts, policy: JoinPolicy): Promise<void> {
  const { decision, peer } = await inspectJoin(wish, hosts);
  switch (decision.kind) {
    case "member":
      break;
    case "refuse":
      throw new Failure("refused", {
        tried: `joining ${wish.node} to ${wish.cluster}`,
        where: wish.node,
        cameBack: decision.why,
        doNext: sentence(decision.fix),
      });
    case "wait":
      await awaitMember(wish, hosts, policy);
      break;
    case "finish":
      await finish(wish, hosts.joiner);
      break;
    case "clean-then-join":
      await clean(wish, hosts, decision, peer.votes.present);
      await start(wish, hosts, policy);
      break;
    case "replace":
      await remove(
        { cluster: wish.cluster, node: wish.node },
        hosts.peer,
        (_leaving, member) =>
          seeOff(
            { node: wish.node, joiner: hosts.joiner, ...policy.replacement },
            { member, addresses: decision.formerAddresses },
            [hosts.peer, ...hosts.members.map(({ shell }) => shell).slice(1)],
            policy,
          ),
        policy,
      );
      await start(wish, hosts, policy);
      break;
    case "join":
      if (peer.certified.includes(wish.node)) {
        // A removal that was cut before its end.
        await clearTraces(
          { cluster: wish.cluster, node: wish.node },
          Object.values(wish.links),
          hosts.peer,
        );
      }
      await start(wish, hosts, policy);
      break;
  }
  await proveMember(wish, hosts, policy);
}

async function start(wish: JoinWish, hosts: JoinHosts, policy: JoinPolicy): Promise<void> {
  await proveUdp(wish, hosts, policy);
  const key = await must(
    hosts.joiner.run(PUBLIC_KEY_SCRIPT, { timeoutMs: 60_000, repeatable: true, verb: "read key" }),
    `reading the public key of ${wish.node}`,
    wish.node,
  );
  const admitted = await must(
    hosts.peer.run(admitScript(key), {
      timeoutMs: 60_000,
      repeatable: true,
      verb: `admit ${wish.node}`,
    }),
    `admitting ${wish.node}`,
    hosts.peer.node,
  );
  await must(
    hosts.joiner.run(
      joinScript({
        peerAddress: hosts.peerAddress,
        peerHostKeys: admitted.trim().split("\n"),
        nodeid: wish.nodeid,
        votes: wish.votes,
        links: Object.entries(wish.links).map(([link, address]) => ({
          link: Number(link),
          address,
          priority: 0,
        })),
      }),
      { timeoutMs: 60_000, repeatable: false, verb: `join ${wish.cluster}` },
    ),
    `starting the join of ${wish.node}`,
    wish.node,
  );
  await awaitMember(wish, hosts, policy);
}

/** Waits until the node is online on both sides and its join has ended. */
async function awaitMember(wish: JoinWish, hosts: JoinHosts, policy: JoinPolicy): Promise<void> {
  const waited = await until(
    async () => {
      await look(hosts.joiner, {
        script: JOIN_ENDED_SCRIPT,
        timeoutMs: 60_000,
        verb: "wait for the join",
      });
      return await inspectJoin(wish, hosts);
    },
    ({ decision, joiner }) =>
      decision.kind === "member" || decision.kind === "finish" || hasFailed(decision, joiner),
    { deadlineMs: policy.deadlineMs, everyMs: 1_000, clock: policy.clock },
  );
  const { decision, joiner } = waited.last;
  if (decision.kind === "finish") {
    await finish(wish, hosts.joiner);
    return;
  }
  if (decision.kind !== "member") {
    const log = joiner.joinLog.split("\n").slice(-4).join(" | ");
    throw new Failure("failed", {
      tried: `joining ${wish.node} to ${wish.cluster}`,
      where: wish.node,
      cameBack: hasFailed(decision, joiner)
        ? `pvecm gave up: ${log || "it left no output"}`
        : `no membership after ${Math.round(waited.waitedMs / 1000)} s; pvecm says: ${log || "nothing"}`,
      doNext: hasFailed(decision, joiner)
        ? "Mend what it names and run `pulumi up` again; nothing of this attempt stays in the way."
        : "The join goes on on the node by itself. Check corosync's network (`corosync-cfgtool -n`), then run `pulumi up` again.",
    });
  }
}

const hasFailed = (decision: JoinDecision, joiner: MembershipFacts): boolean =>
  decision.kind !== "member" &&
  decision.kind !== "wait" &&
  /pvecm ended with status/.test(joiner.joinLog);

async function finish(wish: JoinWish, joiner: HostShell): Promise<void> {
  await must(
    joiner.run(FINISH_JOIN_SCRIPT, {
      timeoutMs: 120_000,
      repeatable: true,
      verb: "finish the join",
    }),
    `finishing the join of ${wish.node}`,
    wish.node,
  );
}

async function clean(
  wish: JoinWish,
  hosts: JoinHosts,
  decision: JoinDecision & { readonly kind: "clean-then-join" },
  presentVotes: number,
): Promise<void> {
  if (decision.onNode) {
    await must(
      hosts.joiner.run(CLEAN_NODE_SCRIPT, {
        timeoutMs: 120_000,
        repeatable: true,
        verb: "remove what a cut join left",
      }),
      `removing what a cut join left on ${wish.node}`,
      wish.node,
    );
  }
  if (decision.inCluster) {
    await must(
      hosts.peer.run(forgetScript(wish.node, Math.max(1, presentVotes)), {
        timeoutMs: 120_000,
        repeatable: true,
        verb: `forget the cut join of ${wish.node}`,
      }),
      `taking the half-joined ${wish.node} out of the configuration`,
      hosts.peer.node,
    );
  }
}

async function must(running: Promise<ShellResult>, tried: string, node: string): Promise<string> {
  return expectSuccess(await running, {
    tried,
    node,
    doNext: "Mend this, then run `pulumi up` again; it goes on where this stopped.",
  });
}
