import * as pulumi from "@pulumi/pulumi";
import { type Finding, specFromConfig } from "../../config/load/index.js";
import { type ClusterPlan, planCluster } from "../../config/plan/index.js";
import { stackFolder } from "../../config/plan/stack-folder.js";
import type { ClusterSpec } from "../../config/schema/cluster.js";
import { withPlainDays } from "./plain-days.js";

export interface StackContent {
  readonly spec: ClusterSpec;
  readonly plan: ClusterPlan;
}

/**
 * The stack's cluster section and what follows from it, or one error with everything that is wrong with it. Nothing is declared before
 * it is whole, so a mistake never leaves half a cluster.
 */
export function readStack(today: string): StackContent {
  const section = new pulumi.Config().getObject<unknown>("cluster");
  if (section === undefined) {
    throw new pulumi.RunError(
      "This stack has no section proxmox-ha:cluster. Copy one of the stack files of the repository to " +
        "Pulumi.<stack>.yaml and put in your own names and addresses.",
    );
  }
  const { spec, findings } = specFromConfig(withPlainDays(section), { today });
  const errors = findings.filter((finding) => finding.severity === "error");
  if (spec === undefined || errors.length > 0) {
    throw new pulumi.RunError(refusal(errors));
  }
  for (const warning of findings.filter((finding) => finding.severity === "warning")) {
    void pulumi.log.warn(sentence(warning));
  }
  const plan = planCluster(spec, { today, folder: stackFolder(pulumi.getStack()) });
  return { spec, plan };
}

function refusal(errors: readonly Finding[]): string {
  const count = errors.length === 1 ? "1 mistake" : `${errors.length} mistakes`;
  return [
    `The stack file has ${count}; nothing was changed.`,
    ...errors.map((error) => `  ${sentence(error)}`),
    "`npx proxmox-ha validate` shows the lines.",
  ].join("\n");
}

function sentence(finding: Finding): string {
  return `${finding.path}: ${finding.what} ${finding.fix} [${finding.code}]`;
}
