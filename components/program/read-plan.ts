import * as pulumi from "@pulumi/pulumi";
import { type Finding, specFromConfig } from "../../config/load/index.js";
import { type ClusterPlan, planCluster } from "../../config/plan/index.js";
import { stackFolder } from "../../config/plan/stack-folder.js";
import { withPlainDays } from "./plain-days.js";
import { stackSecrets } from "./secret-source.js";
import { learnSecretVersions, partsWithSecrets } from "./secret-versions.js";

/** Of this project, and of the others that use its components: their own settings stand beside it. */
const SECTION = "proxmox-ha";

/**
 * The plan that follows from the stack's cluster section, or one error with everything that is wrong with it. Nothing is declared
 * before it is whole, so a mistake never leaves half a cluster. The versions of its secrets are known from here on.
 */
export async function readPlan(
  today: string = new Date().toISOString().slice(0, 10),
): Promise<ClusterPlan> {
  const section = new pulumi.Config(SECTION).getObject<unknown>("cluster");
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
  const plan = planCluster(spec, { folder: stackFolder(pulumi.getStack()) });
  await learnSecretVersions(stackSecrets(plan.parameterStore), partsWithSecrets(plan));
  return plan;
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
