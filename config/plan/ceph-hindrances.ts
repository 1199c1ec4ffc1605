import type { ClusterSpec } from "../schema/cluster.js";

/**
 * What a file asks of its Ceph that this version cannot make. One of it, and nothing of the section is made: a whole disk instead of a
 * partition, or a pool on all disks instead of those of a class, would be somebody's data in the wrong place.
 */
export function cephHindrances(spec: ClusterSpec): string[] {
  const { ceph } = spec;
  if (ceph === undefined) {
    return [];
  }
  const osds = [...ceph.osds.everyNode, ...Object.values(ceph.osds.nodes).flat()];
  const pools = Object.values(ceph.pools);
  const inherit = Object.keys(spec.nodes).filter((node) => ceph.osds.nodes[node] === undefined);
  const asks: readonly (readonly [string, boolean])[] = [
    ["file systems", Object.keys(ceph.filesystems).length > 0],
    ["OSDs on partitions", osds.some(({ partition }) => partition !== undefined)],
    ["encrypted OSDs", osds.some(({ encrypted }) => encrypted)],
    [
      "disks of every node by the name of a single one",
      inherit.length > 1 && ceph.osds.everyNode.some(({ device }) => device !== undefined),
    ],
    ["pools on disks of one class", pools.some((pool) => pool.class !== undefined)],
    ["quotas of pools", pools.some(({ quota }) => quota !== undefined)],
    ["pools for another use than rbd", pools.some(({ application }) => application !== "rbd")],
    ["the dashboard", ceph.dashboard],
  ];
  return asks.flatMap(([what, asked]) => (asked ? [what] : []));
}
