import type { CephPlan } from "./ceph.js";
import type { CorosyncPlan } from "./corosync.js";
import type { NodePlan } from "./nodes.js";

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
  const { expectedVotes, quorum } = corosync.quorum;
  return [...nodes]
    .sort((a, b) => hasMonitor(a) - hasMonitor(b) || b.order - a.order)
    .map((node) => ({
      node: node.name,
      votesLeft: expectedVotes - node.votes,
      quorum,
      keepsQuorum: expectedVotes - node.votes >= quorum,
      ...(ceph === undefined ? {} : { monitorsLeft: ceph.monitors.length - hasMonitor(node) }),
    }));
}
