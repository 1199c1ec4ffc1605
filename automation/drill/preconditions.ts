import { list } from "../../config/findings/enumeration.js";
import type { ClusterPlan } from "../../config/plan/index.js";
import {
  againstByCeph,
  againstByMembers,
  type FenceSight,
  lostWith,
  type NodeLook,
} from "../fence/sight.js";
import { standingView } from "../fence/standing-view.js";
import { losesNode } from "./kinds.js";
import type { NodeDrill } from "./record.js";

/** The hosts' timer looks at the devices once a day. */
const FRESH_S = 26 * 3_600;

/** What stands against taking a node from the cluster on purpose; a look that failed does too. */
export function objectionsTo(
  drill: NodeDrill,
  node: string,
  plan: Pick<ClusterPlan, "fencing" | "feasibility">,
  sight: FenceSight,
  { guests, ceph }: NodeLook,
): string[] {
  const { services, stranded } = lostWith(plan, sight, node);
  return [
    ...ofCluster(sight, node),
    ...ofFencers(sight),
    ...unseen(plan, sight, node),
    ...(drill !== "isolate" && plan.fencing.watchdogOnly.includes(node)
      ? [`${node} has no power device, so nobody could switch it off or on again`]
      : []),
    ...againstByCeph(ceph),
    ...(guests.kind === "running" ? [] : [`which guests run on ${node} is not known`]),
    ...(guests.kind === "running" && guests.unmanaged.length > 0
      ? [`nobody would start ${list(guests.unmanaged)} elsewhere: not under HA`]
      : []),
    ...(guests.kind === "running" && guests.inMaintenance
      ? [`${node} is in HA maintenance: somebody works there`]
      : []),
    ...(stranded.length === 0 ? [] : [`${list(stranded)} cannot run on any other node`]),
    ...(losesNode(drill) && sight.ha.known && services.length === 0
      ? [
          `HA has no started service on ${node}, so it would neither be fenced nor anything recovered: start a guest under HA there`,
        ]
      : []),
  ];
}

function ofCluster(
  { view, witness, ha, maintenance, troubles }: FenceSight,
  node: string,
): string[] {
  if (witness === undefined) {
    return ["no node that answers has quorum"];
  }
  return [
    ...againstByMembers(view, witness, node),
    ...maintenance.map((kept) => `${kept.node} is out of service (\`maintenance off\` ends that)`),
    ...(ha.known ? [] : ["what HA looks after is not known: it did not tell"]),
    ...troubles,
    ...(view.healthy || view.nodes.some(({ state }) => state !== "member")
      ? []
      : ["the cluster is not healthy; `proxmox-ha status` says why"]),
  ];
}

/** A device that somebody has never looked at is as good as one that does not answer. */
function unseen(
  { fencing }: Pick<ClusterPlan, "fencing">,
  { view }: FenceSight,
  node: string,
): string[] {
  return fencing.used
    .filter((device) => device.node === node)
    .flatMap(({ kind, address }) =>
      fencing.fencers.flatMap((by) =>
        by === node ||
        view.fencing.pairs.some(
          (pair) => pair.by === by && pair.node === node && pair.address === address,
        )
          ? []
          : [
              `${by} has not looked at ${kind} ${address} of ${node} yet; \`drill verify\` looks now`,
            ],
      ),
    );
}

function ofFencers(sight: FenceSight): string[] {
  const { fencers, pairs, cases } = standingView(sight);
  const oldest = Math.max(0, ...pairs.map(({ ageS }) => ageS));
  return [
    ...fencers.flatMap(({ node, state, says }) =>
      [...(state === "active" ? [] : [`is ${state}`]), ...says].map(
        (what) => `the fencer of ${node}: ${what}`,
      ),
    ),
    ...pairs.flatMap(({ by, node, ok, why }) =>
      ok ? [] : [`${by} could not switch off ${node}: ${why}`],
    ),
    ...cases.map(({ node, says }) => `${node}: ${says}`),
    ...(oldest > FRESH_S
      ? [
          `the power devices were looked at ${Math.round(oldest / 3_600)} h ago; \`drill verify\` looks now`,
        ]
      : []),
  ];
}
