import type { Path } from "../findings/finding.js";
import type { ClusterSpec } from "../schema/cluster.js";
import type { OutletsSpec } from "../schema/outlets.js";

/** Power distribution units as the file has them: below each node that they feed. */
export function stripsOf(
  spec: Pick<ClusterSpec, "nodes">,
): { readonly node: string; readonly unit: OutletsSpec; readonly path: Path }[] {
  return Object.entries(spec.nodes).flatMap(([node, { fence }]) =>
    (fence?.pdu ?? []).map((unit, index) => ({
      node,
      unit,
      path: ["nodes", node, "fence", "pdu", index],
    })),
  );
}
