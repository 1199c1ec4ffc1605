import type { SecretRef } from "../../../config/schema/primitives.js";

/** How a reference is written in texts, and the key of its version in a resource's inputs. */
export function labelOf(reference: SecretRef): string {
  if ("ssm" in reference) {
    return `ssm:${reference.ssm}`;
  }
  return "env" in reference ? `env:${reference.env}` : `pulumi:${reference.pulumi}`;
}
