import type { ClusterSpec } from "../schema/cluster.js";

/**
 * What a file asks of its Ceph that this version cannot make. One of it, and nothing of the section is made: a part of a Ceph serves nobody.
 */
export function cephHindrances(spec: ClusterSpec): string[] {
  const { ceph } = spec;
  if (ceph === undefined) {
    return [];
  }
  const inherit = Object.keys(spec.nodes).filter((node) => ceph.osds.nodes[node] === undefined);
  const asks: readonly (readonly [string, boolean])[] = [
    [
      "disks of every node by the name of a single one",
      inherit.length > 1 && ceph.osds.everyNode.some(({ device }) => device !== undefined),
    ],
  ];
  return asks.flatMap(([what, asked]) => (asked ? [what] : []));
}
