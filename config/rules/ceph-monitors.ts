import { list } from "../findings/enumeration.js";
import { type CodeTable, type Draft, drafter } from "../findings/finding.js";
import { planCeph } from "../plan/ceph.js";
import { planCephLocations } from "../plan/ceph-locations.js";
import { mostTogether, spreadOver } from "../plan/ceph-monitors.js";
import type { Facts } from "./facts.js";

export const monitorCodes = {
  "ceph/monitors-together": {
    severity: "warning",
    about:
      "Most of the monitors stand in one rack or datacenter, and need not: whatever takes it away stops Ceph everywhere.",
  },
  "ceph/single-monitor": {
    severity: "error",
    about: "The loss of the only monitor stops all of Ceph; three hosts bear three.",
  },
} as const satisfies CodeTable;
const draft = drafter(monitorCodes);

/** Fewer survive no loss; with fewer hosts there is no place for them. */
const ENOUGH = 3;

/**
 * Of those that the plan makes. They are not moved by themselves: what a file without names means would change with each node
 * that is added.
 */
export function monitorDrafts(facts: Facts): Draft[] {
  const { spec, nodes, nodeNames } = facts;
  const monitors = planCeph(spec, nodes)?.monitors ?? [];
  const places = new Map(planCephLocations(spec).map((one) => [one.node, one]));
  const now = mostTogether(monitors, places);
  const spread = spreadOver(nodeNames, monitors.length, places);
  const survives = 2 * (monitors.length - now.count) > monitors.length;
  if (monitors.length === 1 && nodeNames.length >= ENOUGH) {
    return [
      draft(
        "ceph/single-monitor",
        ["ceph", "monitors"],
        `${list(monitors)} has the only monitor; without it no disk in Ceph can be read.`,
        `Write \`monitors: [${spreadOver(nodeNames, ENOUGH, places).join(", ")}]\`, or leave \`monitors\` out.`,
      ),
    ];
  }
  return survives || now.count <= mostTogether(spread, places).count
    ? []
    : [
        draft(
          "ceph/monitors-together",
          spec.ceph?.monitors === undefined ? ["ceph"] : ["ceph", "monitors"],
          `Without ${now.place} ${monitors.length - now.count} of the ${monitors.length} monitors (${list(monitors)}) are left, which is no majority.`,
          `Write \`monitors: [${spread.join(", ")}]\`.`,
        ),
      ];
}
