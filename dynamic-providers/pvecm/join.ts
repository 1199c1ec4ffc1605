import {
  type Clock,
  type HostShell,
  lastWords,
  type ShellResult,
  StepFailure,
  sentence,
} from "../host/shell.js";
import { until } from "../host/until.js";
import { decideJoin, type JoinDecision, type JoinWish } from "./join-decision.js";
import type { MembershipFacts } from "./membership-facts.js";
import { complaints, observe } from "./observe.js";
import { answersFrom, clearTraces, remove } from "./remove.js";
import {
  admitScript,
  CLEAN_NODE_SCRIPT,
  FINISH_JOIN_SCRIPT,
  forgetScript,
  joinScript,
  PUBLIC_KEY_SCRIPT,
} from "./scripts.js";
import { exchangeScript, parseExchange, planExchange } from "./udp-exchange.js";

export interface JoinHosts {
  readonly joiner: HostShell;
  /** A member, by default the founder; the join is asked for there. */
  readonly peer: HostShell;
  readonly peerAddress: string;
  /** Every member that the new node must reach, the peer among them. */
  readonly members: readonly {
    readonly shell: HostShell;
    readonly links: Readonly<Record<number, string>>;
  }[];
}

export interface JoinPolicy {
  readonly deadlineMs: number;
  readonly firstUdpPort: number;
  readonly nonce: () => string;
  readonly clock: Clock;
}

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
    observe(hosts.joiner, names),
    observe(hosts.peer, names),
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
      throw new StepFailure(
        `joining ${wish.node} to ${wish.cluster}`,
        wish.node,
        decision.why,
        sentence(decision.fix),
      );
    case "wait":
      await awaitMember(wish, hosts, policy);
      break;
    case "finish":
      await finish(wish, hosts.joiner);
      break;
    case "clean-then-join":
      await clean(wish, hosts, decision, peer.totalVotes);
      await start(wish, hosts, policy);
      break;
    case "replace":
      await remove(
        { cluster: wish.cluster, node: wish.node },
        hosts.peer,
        () => answersFrom(hosts.peer, decision.formerAddresses),
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
    hosts.peer.run(admitScript(key.stdout), {
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
        peerHostKeys: admitted.stdout.trim().split("\n"),
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
    () => inspectJoin(wish, hosts),
    ({ decision, joiner }) =>
      decision.kind === "member" || decision.kind === "finish" || hasFailed(decision, joiner),
    { deadlineMs: policy.deadlineMs, everyMs: 2_000, clock: policy.clock },
  );
  const { decision, joiner } = waited.last;
  if (decision.kind === "finish") {
    await finish(wish, hosts.joiner);
    return;
  }
  if (decision.kind !== "member") {
    const log = joiner.joinLog.split("\n").slice(-4).join(" | ");
    throw new StepFailure(
      `joining ${wish.node} to ${wish.cluster}`,
      wish.node,
      hasFailed(decision, joiner)
        ? `pvecm gave up: ${log || "it left no output"}`
        : `no membership after ${Math.round(waited.waitedMs / 1000)} s; pvecm says: ${log || "nothing"}`,
      hasFailed(decision, joiner)
        ? "Mend what it names and run `pulumi up` again; nothing of this attempt stays in the way."
        : "The join goes on on the node by itself. Check corosync's network (`corosync-cfgtool -n`), then run `pulumi up` again.",
    );
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

/** Corosync's datagrams must pass in both directions before anything is written. */
async function proveUdp(wish: JoinWish, hosts: JoinHosts, policy: JoinPolicy): Promise<void> {
  const plan = planExchange(
    { name: wish.node, links: wish.links },
    hosts.members.map(({ shell, links }) => ({ name: shell.node, links })),
    policy.firstUdpPort,
  );
  const nonce = policy.nonce();
  const shells = [hosts.joiner, ...hosts.members.map(({ shell }) => shell)];
  const results = await Promise.all(
    shells.map(async (shell) => {
      const exchange = plan.get(shell.node) ?? { sends: [], expects: [] };
      const result = await shell.run(exchangeScript(exchange, nonce, 6), {
        timeoutMs: 30_000,
        repeatable: true,
        verb: "prove corosync's network paths",
      });
      return { shell, result, missing: parseExchange(result.stdout) };
    }),
  );
  for (const { shell, result, missing } of results) {
    if (missing === undefined) {
      throw new StepFailure(
        "proving corosync's network paths",
        shell.node,
        lastWords(result),
        "Mend this, then run `pulumi up` again; nothing was changed.",
      );
    }
  }
  const blocked = results.flatMap(({ shell, missing }) =>
    (missing ?? []).map(({ from, to, port }) => `${from} -> ${to} UDP ${port} (at ${shell.node})`),
  );
  if (blocked.length > 0) {
    throw new StepFailure(
      `joining ${wish.node} to ${wish.cluster}`,
      wish.node,
      `corosync's datagrams do not arrive: ${blocked.join("; ")}`,
      "Open these paths (cables, VLANs, packet filters). A join without them would hang for ever; nothing was changed.",
    );
  }
}

async function proveMember(wish: JoinWish, hosts: JoinHosts, policy: JoinPolicy): Promise<void> {
  const members = [...hosts.members.map(({ shell }) => shell.node), wish.node];
  const shells = [hosts.joiner, ...hosts.members.map(({ shell }) => shell)];
  const waited = await until(
    () => Promise.all(shells.map((shell) => observe(shell, members))),
    (all) => all.every((facts) => wrongWith(facts, wish.cluster, members).length === 0),
    { deadlineMs: policy.deadlineMs, everyMs: 1_500, clock: policy.clock },
  );
  if (!waited.ok) {
    const said = waited.last.flatMap((facts) =>
      wrongWith(facts, wish.cluster, members).map((complaint) => `${facts.hostName} ${complaint}`),
    );
    throw new StepFailure(
      `proving that ${wish.node} is a full member of ${wish.cluster}`,
      wish.node,
      `after ${Math.round(waited.waitedMs / 1000)} s: ${said.join("; ")}`,
      "The node has joined. Mend what is named, then run `pulumi up` again; it goes on from here.",
    );
  }
}

/** All votes of the configuration count: a node in the middle of the file may come back while later ones are members. */
function wrongWith(facts: MembershipFacts, cluster: string, members: readonly string[]): string[] {
  const votes = facts.conf?.nodes.reduce((sum, node) => sum + node.votes, 0) ?? 0;
  return complaints(facts, { cluster, members, votes });
}

async function must(
  running: Promise<ShellResult>,
  tried: string,
  node: string,
): Promise<ShellResult> {
  const result = await running;
  if (result.status !== 0) {
    throw new StepFailure(
      tried,
      node,
      lastWords(result),
      "Mend this, then run `pulumi up` again; it goes on where this stopped.",
    );
  }
  return result;
}
