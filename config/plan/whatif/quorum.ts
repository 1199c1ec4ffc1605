import { list } from "../../findings/enumeration.js";
import type { ClusterPlan } from "../cluster.js";
import { sum } from "../votes.js";
import type { Consequence, Loss } from "./ask.js";

export interface QuorumLeft {
  readonly votes: number;
  readonly needed: number;
  readonly kept: boolean;
}

/** Votes of the nodes that are left, as one group. Cutting every link makes each node a group of its own. */
export function quorumLeft(
  { corosync }: Pick<ClusterPlan, "corosync">,
  gone: readonly string[],
  { networks }: Pick<Loss, "networks">,
): QuorumLeft {
  const { votes: all, quorum: needed, qdevice } = corosync.quorum;
  const left = Object.entries(all).flatMap(([node, votes]) => (gone.includes(node) ? [] : [votes]));
  const apart = corosync.links.every(({ network }) => networks.includes(network));
  const third = qdevice === undefined || isCut(qdevice.network, networks) ? 0 : qdevice.votes;
  const nodes = apart ? Math.max(0, ...left) : sum(left);
  const votes = left.length === 0 ? 0 : nodes + third;
  return { votes, needed, kept: votes >= needed };
}

const isCut = (network: string | undefined, networks: readonly string[]): boolean =>
  network !== undefined && networks.includes(network);

export function quorumConsequence(
  plan: Pick<ClusterPlan, "corosync">,
  gone: readonly string[],
  loss: Pick<Loss, "networks">,
): Consequence {
  const { votes, needed, kept } = quorumLeft(plan, gone, loss);
  const { links, quorum } = plan.corosync;
  const left = links.filter(({ network }) => !loss.networks.includes(network));
  const cut = links.length - left.length;
  const spare = votes - needed;
  const linkLine =
    cut === 0
      ? []
      : left.length === 0
        ? ["Corosync has no link left: every node is alone."]
        : [`Corosync goes on over ${list(left.map(({ network }) => network))}.`];
  const counted = `${votes} of ${quorum.expectedVotes} votes ${votes === 1 ? "is" : "are"} left, and ${needed} are needed`;
  const weaker = spare < 1 || left.length < Math.min(2, links.length);
  return {
    about: "Quorum",
    outcome: kept
      ? gone.length > 0 || cut > 0
        ? weaker
          ? "weaker"
          : "serves"
        : "serves"
      : "stops",
    lines: [
      ...linkLine,
      kept
        ? `It stays: ${counted}${spare < 1 ? "; the next node that goes takes it away" : ""}.`
        : `It is lost: ${counted}. /etc/pve is read-only, nothing is started or moved, and nodes that run guests under HA restart themselves.`,
    ],
  };
}
