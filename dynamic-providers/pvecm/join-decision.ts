import { quorum, readable } from "../health/member.js";
import type { CorosyncNode } from "../membership/corosync-conf.js";
import type { MembershipFacts } from "../membership/facts.js";

export interface JoinWish {
  readonly cluster: string;
  readonly node: string;
  readonly nodeid: number;
  readonly votes: number;
  readonly address: string;
  readonly links: Readonly<Record<number, string>>;
  readonly clockToleranceMs: number;
}

export type JoinDecision =
  /** Member already, exactly so. */
  | { readonly kind: "member" }
  /** Not a member, nothing in the way. */
  | { readonly kind: "join" }
  /** A join started earlier is still running on the host. */
  | { readonly kind: "wait" }
  /** Came online by itself after a cut; certificates and keys still have to be put in order. */
  | { readonly kind: "finish" }
  /** An earlier attempt left pieces; they are removed on both sides, then it joins. */
  | {
      readonly kind: "clean-then-join";
      readonly onNode: boolean;
      readonly inCluster: boolean;
      readonly why: string;
    }
  /** Another machine was a member under this name; it leaves by consent before this one joins. */
  | { readonly kind: "replace"; readonly formerAddresses: readonly string[] }
  | { readonly kind: "refuse"; readonly why: string; readonly fix: string };

/** Decides from what both sides report what a join needs. Nothing is forced: what is not understood is refused. */
export function decideJoin(
  wish: JoinWish,
  joiner: MembershipFacts,
  peer: MembershipFacts,
): JoinDecision {
  const confEntry = peer.conf?.nodes.find((node) => node.name === wish.node);
  if (peer.unread !== undefined) {
    return untold(peer.hostName, peer);
  }
  if (peer.conf === undefined) {
    return refuse(
      `${peer.hostName} is in no cluster`,
      "run `pulumi up` again; the cluster is founded before nodes join",
    );
  }
  if (peer.conf.clusterName !== wish.cluster) {
    return refuse(
      `${peer.hostName} belongs to the cluster ${peer.conf.clusterName}, not ${wish.cluster}`,
      "names of clusters cannot change: correct `name` in the stack file, or the addresses of the nodes",
    );
  }
  if (joiner.conf !== undefined) {
    return decideConfigured(wish, joiner, peer, confEntry);
  }
  if (isRunning(joiner.joinUnit)) {
    return { kind: "wait" };
  }
  // A join that was cut may leave it so; a member with a certificate was once more than that.
  const cut = confEntry !== undefined && !peer.certified.includes(wish.node);
  if (joiner.unread !== undefined && !(cut && joiner.localConf?.clusterName === wish.cluster)) {
    return untold(wish.node, joiner);
  }
  const remains = joiner.localConf !== undefined || joiner.authKeyPresent;
  if (remains && joiner.localConf !== undefined && joiner.localConf.clusterName !== wish.cluster) {
    return refuse(
      `${wish.node} still has the corosync configuration of the cluster ${joiner.localConf.clusterName}`,
      "remove the node from that cluster first, or reinstall it",
    );
  }
  const blocked = lossOf(wish, joiner) ?? disagreement(wish, joiner, peer);
  if (blocked !== undefined) {
    return blocked;
  }
  if (confEntry !== undefined && peer.members[wish.node]?.online === true && peer.quorate) {
    return refuse(
      `the cluster already has a running member called ${wish.node}, and it is another machine`,
      "give the new node another name, or remove the old one first",
    );
  }
  if (!remains && confEntry !== undefined && peer.certified.includes(wish.node)) {
    return peer.quorate
      ? {
          kind: "replace",
          // Its old addresses may be this host's own by now.
          formerAddresses: Object.values(confEntry.links).filter(
            (address) => !joiner.localAddresses.includes(address),
          ),
        }
      : noQuorum(peer);
  }
  if (remains || confEntry !== undefined) {
    return {
      kind: "clean-then-join",
      onNode: remains,
      inCluster: confEntry !== undefined,
      why:
        confEntry === undefined
          ? "an earlier join left corosync's files on the node"
          : "an earlier join was cut off after the cluster had listed the node",
    };
  }
  return peer.quorate ? { kind: "join" } : noQuorum(peer);
}

function untold(node: string, facts: MembershipFacts): JoinDecision {
  const { evidence, doNext } = readable(node, facts);
  return refuse(evidence, doNext.replace(/\.$/, ""));
}

function noQuorum(peer: MembershipFacts): JoinDecision {
  return refuse(
    quorum("the cluster", peer).evidence,
    "bring the missing members back; a node can join only a quorate cluster",
  );
}

function decideConfigured(
  wish: JoinWish,
  joiner: MembershipFacts,
  peer: MembershipFacts,
  confEntry: CorosyncNode | undefined,
): JoinDecision {
  const conf = joiner.conf;
  if (conf !== undefined && conf.clusterName !== wish.cluster) {
    return refuse(
      `${wish.node} is a member of the cluster ${conf.clusterName}, not ${wish.cluster}`,
      "remove it from that cluster first; a node is never taken over from another cluster",
    );
  }
  if (confEntry === undefined) {
    return refuse(
      `${wish.node} believes to be in ${wish.cluster}, but the cluster does not list it (it was removed)`,
      "reinstall the node, or remove its cluster configuration as the manual describes, and run again",
    );
  }
  if (confEntry.nodeid !== wish.nodeid) {
    return refuse(
      `${wish.node} is a member with id ${confEntry.nodeid}, and the stack file gives it ${wish.nodeid}`,
      `write \`id: ${confEntry.nodeid}\` under \`nodes.${wish.node}\`; a member's id never changes`,
    );
  }
  if (isRunning(joiner.joinUnit)) {
    return { kind: "wait" };
  }
  const online = joiner.quorate && peer.quorate && peer.members[wish.node]?.online === true;
  if (!online) {
    return { kind: "wait" };
  }
  return joiner.joinLog !== "" && !/successfully added node/.test(joiner.joinLog)
    ? { kind: "finish" }
    : { kind: "member" };
}

/** What joining would destroy on the node. */
function lossOf(wish: JoinWish, joiner: MembershipFacts): JoinDecision | undefined {
  if (joiner.guests.length > 0) {
    return refuse(
      `${wish.node} has guests (${joiner.guests.join(", ")}), and joining replaces all of /etc/pve`,
      "move or back up and remove these guests, then run again",
    );
  }
  if (joiner.ownConfiguration.length > 0) {
    return refuse(
      `joining would lose this configuration of ${wish.node}:\n  ${joiner.ownConfiguration.join("\n  ")}`,
      "note what you need, remove it on the node, then run again",
    );
  }
  return undefined;
}

/** Where the two sides do not see the world alike. */
function disagreement(
  wish: JoinWish,
  joiner: MembershipFacts,
  peer: MembershipFacts,
): JoinDecision | undefined {
  if (joiner.hostName !== wish.node) {
    return refuse(
      `the host at ${wish.address} calls itself ${joiner.hostName}, the stack file calls it ${wish.node}`,
      "names cannot change after the join: correct the stack file, or rename the host",
    );
  }
  if (joiner.ownAddress !== wish.address) {
    return refuse(
      `on ${wish.node} its own name resolves to ${joiner.ownAddress || "nothing"}, not ${wish.address}`,
      "correct /etc/hosts on the node (it is managed by this program unless changed by hand)",
    );
  }
  const seen = peer.resolves[wish.node];
  if (seen !== undefined && seen !== wish.address) {
    return refuse(
      `${peer.hostName} resolves ${wish.node} to ${seen}, not ${wish.address}`,
      "correct /etc/hosts or DNS",
    );
  }
  const missing = Object.entries(wish.links).find(
    ([, address]) => !joiner.localAddresses.includes(address),
  );
  if (missing !== undefined) {
    return refuse(
      `link ${missing[0]} should use ${missing[1]}, but ${wish.node} does not have this address`,
      "check that the network of this link is up on the node",
    );
  }
  const skewMs = Math.abs(joiner.clock.epochMs - peer.clock.epochMs);
  if (skewMs > wish.clockToleranceMs) {
    return refuse(
      `the clocks of ${wish.node} and ${peer.hostName} differ by ${(skewMs / 1000).toFixed(1)} s`,
      "let chrony set the clock (`chronyc makestep`); tickets and certificates need equal clocks",
    );
  }
  const [joinerMajor] = joiner.pveVersion.split(".");
  const [peerMajor] = peer.pveVersion.split(".");
  if (joinerMajor !== peerMajor) {
    return refuse(
      `${wish.node} runs Proxmox VE ${joiner.pveVersion}, the cluster ${peer.pveVersion}`,
      "install the same major version on every node",
    );
  }
  return undefined;
}

const isRunning = (state: string): boolean => state === "active" || state === "activating";

function refuse(why: string, fix: string): JoinDecision {
  return { kind: "refuse", why, fix };
}
