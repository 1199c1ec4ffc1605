import { othersThan } from "../../config/findings/others.js";
import type { ClusterPlan } from "../../config/plan/index.js";
import type { Loss } from "../../config/plan/whatif/index.js";

/** What of the question the stack file does not have, in words. */
export function unknownNames(
  plan: Pick<ClusterPlan, "ceph" | "nodes" | "storages">,
  networks: readonly string[],
  { nodes, networks: cut, storages, osds }: Loss,
): string[] {
  if ([...nodes, ...cut, ...storages, ...osds].length === 0) {
    return [
      "Nothing would be lost: say what by --lose, --cut, --without or --disk, for example `--lose NODE`.",
    ];
  }
  const kinds = [
    { what: "node", asked: nodes, there: plan.nodes.map(({ name }) => name) },
    { what: "network", asked: cut, there: networks },
    { what: "storage", asked: storages, there: plan.storages.map(({ id }) => id) },
  ];
  const made = plan.ceph !== undefined && plan.ceph.withheld.length === 0;
  const ofCeph = plan.storages.filter(
    ({ id, type }) => storages.includes(id) && (type === "rbd" || type === "cephfs"),
  );
  return [
    ...kinds.flatMap(({ what, asked, there }) =>
      asked
        .filter((name) => !there.includes(name))
        .map((name) => {
          return `There is no ${what} ${name} in the stack file. ${othersThan(name, there)}`;
        }),
    ),
    ...(osds.length > 0 && !made ? ["The stack makes no Ceph, so it has no OSDs."] : []),
    ...ofCeph.map(
      ({ id }) => `${id} lies on Ceph, which is no single thing: ask by --lose, --cut or --disk.`,
    ),
  ];
}
