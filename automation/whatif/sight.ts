import type { ClusterPlan } from "../../config/plan/index.js";
import { BY_THE_FILE, type Now } from "../../config/plan/whatif/index.js";
import { clusterView } from "../status/cluster-view.js";
import type { NodeView } from "../status/node-view.js";

export interface Start {
  readonly now: Now;
  /** What it is counted from, for the reader. */
  readonly said: readonly string[];
}

export const NO_LOOK: Start = {
  now: BY_THE_FILE,
  said: ["by the stack file alone: no host was asked"],
};

/** Where the cluster stands before the loss. A node that did not answer counts as away; a cluster that did not is taken from the file. */
export function startFrom(plan: ClusterPlan, views: readonly NodeView[]): Start {
  const view = clusterView(plan, views);
  if (!view.quorum.quorate) {
    return {
      now: BY_THE_FILE,
      said: ["no node with quorum answers: by the stack file alone, as if all were well now"],
    };
  }
  const away = view.nodes.filter(({ state }) => state !== "member").map(({ node }) => node);
  const guests = new Map(
    view.ha.flatMap((line): [string, string][] => {
      const [, sid, node] =
        /^service (\S+) \(([^,\s]+), (?:started|starting|migrate)\b/.exec(line) ?? [];
      return sid === undefined || node === undefined ? [] : [[sid, node]];
    }),
  );
  const { ceph } = view;
  const sick = ceph?.health !== undefined && ceph.health !== "HEALTH_OK" ? ceph.lacks : [];
  return {
    now: { away, guests },
    said: [
      away.length === 0
        ? `as it is now: all ${view.nodes.length} nodes are members`
        : `as it is now: ${away.join(", ")} ${away.length === 1 ? "is" : "are"} away already, and counted as lost`,
      ...(ceph?.state === "unknown" ? ["Ceph did not tell how it is: counted as whole"] : []),
      ...sick.map((what) => `Ceph is not whole now, and this is counted from a whole one: ${what}`),
    ],
  };
}
