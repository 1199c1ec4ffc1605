import type { InstallPlan } from "../../config/plan/install.js";
import type { AnswerPlan } from "../../config/plan/render/answer.js";

/** A plan of which nothing is missing, or what to write for the rest. */
export type Complete =
  | { readonly kind: "complete"; readonly plan: AnswerPlan }
  | { readonly kind: "missing"; readonly says: readonly string[] };

/** `validate` warns of most of it; here it is an end. */
export function completed(plan: InstallPlan): Complete {
  const { node, disks, gateway, port } = plan;
  if (disks !== undefined && gateway !== undefined && port !== undefined) {
    return { kind: "complete", plan: { ...plan, disks, gateway, port } };
  }
  return {
    kind: "missing",
    says: [
      ...(disks === undefined
        ? [
            `${node}: the file does not say which disks Proxmox is installed on. Write \`disks: { model: … }\` or \`{ serial: … }\` under \`install\` or nodes.${node}.install.`,
          ]
        : []),
      ...(gateway === undefined
        ? [
            `${node}: Proxmox's installer needs a gateway. Write \`gateway\` at networks.management.`,
          ]
        : []),
      ...(port === undefined
        ? [
            `${node}: no port carries the management network. Give it an interface by \`on\` at networks.management.`,
          ]
        : []),
    ],
  };
}
