import { type CodeTable, type Draft, drafter } from "../findings/finding.js";
import { planCeph } from "../plan/ceph.js";
import { planRetiredDaemons } from "../plan/ceph-retired.js";
import { planNodes } from "../plan/nodes.js";
import type { Facts } from "./facts.js";

export const retiredCodes = {
  "ceph/daemon-to-leave": {
    severity: "error",
    about: "A daemon cannot be wanted and be taken away by the same file.",
  },
} as const satisfies CodeTable;
const draft = drafter(retiredCodes);

/** Against what the plan makes of the file: managers stand beside the monitors where the file does not name them. */
export function retiredDrafts({ spec }: Facts): Draft[] {
  const ceph = planCeph(spec, planNodes(spec));
  const wanted = {
    monitor: ceph?.monitors ?? [],
    manager: ceph?.managers ?? [],
    "metadata server": ceph?.metadataServers ?? [],
  };
  return planRetiredDaemons(spec.consent).flatMap(({ role, node, consent }) =>
    wanted[role].includes(node)
      ? [
          draft(
            "ceph/daemon-to-leave",
            ["consent", consent],
            `The ${role} of ${node} may leave, and the file wants one there.`,
            `Name the nodes with a ${role} below \`ceph\` without ${node}, or remove the consent.`,
          ),
        ]
      : [],
  );
}
