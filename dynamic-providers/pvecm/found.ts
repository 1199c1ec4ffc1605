import { Failure } from "../../config/failure/failure.js";
import { reasons } from "../health/condition.js";
import { formedMember } from "../health/member.js";
import type { MembershipFacts } from "../membership/facts.js";
import { observeUnsettled } from "../membership/observe.js";
import { type Clock, endOfOutput, type HostShell } from "../shell/shell.js";
import { until } from "../shell/until.js";
import { createScript, type LinkArgument } from "./scripts.js";

export interface FoundWish {
  readonly cluster: string;
  readonly node: string;
  readonly address: string;
  readonly nodeid: number;
  readonly votes: number;
  readonly links: readonly LinkArgument[];
  readonly tokenCoefficient: number | undefined;
}

export type FoundDecision =
  | { readonly kind: "same" }
  | { readonly kind: "create" }
  | { readonly kind: "wait" }
  | { readonly kind: "refuse"; readonly why: string; readonly fix: string };

/** Whether the first node founds the cluster, already has, or must not. */
export function decideFound(wish: FoundWish, facts: MembershipFacts): FoundDecision {
  if (facts.conf !== undefined) {
    if (facts.conf.clusterName !== wish.cluster) {
      return {
        kind: "refuse",
        why: `${wish.node} already belongs to the cluster ${facts.conf.clusterName}, not ${wish.cluster}`,
        fix: "names of clusters cannot change: correct `name` in the stack file, or the address of the node",
      };
    }
    const confEntry = facts.conf.nodes.find(({ name }) => name === wish.node);
    if (confEntry !== undefined && confEntry.nodeid !== wish.nodeid) {
      return {
        kind: "refuse",
        why: `${wish.node} is a member with id ${confEntry.nodeid}, and the stack file gives it ${wish.nodeid}`,
        fix: `write \`id: ${confEntry.nodeid}\` under \`nodes.${wish.node}\`; a member's id never changes`,
      };
    }
    return facts.quorate ? { kind: "same" } : { kind: "wait" };
  }
  if (facts.hostName !== wish.node) {
    return {
      kind: "refuse",
      why: `the host at ${wish.address} calls itself ${facts.hostName}, the stack file calls it ${wish.node}`,
      fix: "names cannot change once the cluster exists: correct the stack file, or rename the host",
    };
  }
  if (facts.ownAddress !== wish.address) {
    return {
      kind: "refuse",
      why: `on ${wish.node} its own name resolves to ${facts.ownAddress || "nothing"}, not ${wish.address}`,
      fix: "correct /etc/hosts on the node",
    };
  }
  // pvecm takes an address that the node does not have, and only later joins fail.
  const alien = wish.links.find(({ address }) => !facts.localAddresses.includes(address));
  return alien === undefined
    ? { kind: "create" }
    : {
        kind: "refuse",
        why: `link ${alien.link} should use ${alien.address}, but ${wish.node} does not have this address`,
        fix: "check that the network of this link is up on the node",
      };
}

/**
 * A founder that was installed anew knows nothing of the cluster that its peers still form. Founding would make a second
 * one of the same name, which the old members could never join.
 */
export function requireNoSuchCluster(wish: FoundWish, others: readonly MembershipFacts[]): void {
  const members = others.filter(({ conf }) => conf !== undefined);
  const [first] = members;
  if (first === undefined) {
    return;
  }
  const names = members.map(({ hostName, conf }) => `${hostName} is in ${conf?.clusterName}`);
  throw new Failure("refused", {
    tried: `founding the cluster ${wish.cluster}`,
    where: wish.node,
    cameBack: `refused: ${wish.node} is in no cluster, but ${names.join(", ")}`,
    doNext:
      first.conf?.clusterName === wish.cluster
        ? `If ${wish.node} was reinstalled, let another node stand first in the stack file; ${wish.node} then joins the cluster that is there. Nothing was changed.`
        : "Correct the addresses or the cluster's name in the stack file. Nothing was changed.",
  });
}

/** Founds the cluster and waits until it can really be written to, about 5 s after pvecm says it is done. */
export async function found(
  wish: FoundWish,
  shell: HostShell,
  policy: { readonly deadlineMs: number; readonly clock: Clock },
): Promise<MembershipFacts> {
  const created = await shell.run(createScript({ ...wish }), {
    timeoutMs: 60_000,
    repeatable: false,
    verb: `found the cluster ${wish.cluster}`,
  });
  const waited = await until(
    () => observeUnsettled(shell, [wish.node]),
    (facts) => unfinished(wish, facts).length === 0,
    { deadlineMs: policy.deadlineMs, everyMs: 1_000, clock: policy.clock },
  );
  if (!waited.ok) {
    throw new Failure("failed", {
      tried: `founding the cluster ${wish.cluster}`,
      where: wish.node,
      cameBack: `after ${Math.round(waited.waitedMs / 1000)} s ${unfinished(wish, waited.last).join("; ")}; pvecm said: ${endOfOutput(created)}`,
      doNext:
        "Read `journalctl -u corosync -u pve-cluster` there, then run `pulumi up` again; it goes on where this stopped.",
    });
  }
  return waited.last;
}

function unfinished(wish: FoundWish, facts: MembershipFacts): string[] {
  const { cluster, node, votes } = wish;
  return reasons(formedMember(node, facts, { cluster, members: [node], votes }));
}
