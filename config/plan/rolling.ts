import type { CephPlan } from "./ceph.js";
import type { CorosyncPlan } from "./corosync.js";
import type { NodePlan } from "./nodes.js";
import { whileAway } from "./votes.js";

export interface RollingStep {
  readonly node: string;
  readonly votesLeft: number;
  readonly quorum: number;
  readonly keepsQuorum: boolean;
  /** Ceph monitors that stay; absent without Ceph. */
  readonly monitorsLeft?: number;
}

/**
 * One node after the other, for reboots and upgrades. The founder comes last: its API is what the program talks
 * to. Nodes without a monitor come first, because their absence tests the procedure at the least risk.
 */
export function planRolling(
  nodes: readonly NodePlan[],
  corosync: CorosyncPlan,
  ceph: CephPlan | undefined,
): RollingStep[] {
  const hasMonitor = (node: NodePlan): number => (ceph?.monitors.includes(node.name) ? 1 : 0);
  const { expectedVotes } = corosync.quorum;
  const votes = { expected: expectedVotes, present: expectedVotes };
  return [...nodes]
    .sort((a, b) => hasMonitor(a) - hasMonitor(b) || b.order - a.order)
    .map((node) => {
      const { left, needed, borne } = whileAway(votes, node.votes);
      return {
        node: node.name,
        votesLeft: left,
        quorum: needed,
        keepsQuorum: borne,
        ...(ceph === undefined ? {} : { monitorsLeft: ceph.monitors.length - hasMonitor(node) }),
      };
    });
}
