import type { Deployment, Stack } from "@pulumi/pulumi/automation/index.js";
import { z } from "zod";

const deploymentPart = z.looseObject({
  pending_operations: z.array(z.looseObject({ type: z.string() })).optional(),
});

/**
 * Drops the creations that a killed run had begun from the state. Every resource looks at what is there before it makes anything, so the
 * record helps nobody; the engine would list all of them as a warning in every run from then on. Other operations stay on record.
 * @returns how many there were
 */
export async function forgetBegunCreations(
  stack: Pick<Stack, "exportStack" | "importStack">,
): Promise<number> {
  const exported: Deployment = await stack.exportStack();
  const content = deploymentPart.parse(exported.deployment);
  const begun = content.pending_operations ?? [];
  const others = begun.filter(({ type }) => type !== "creating");
  if (others.length < begun.length) {
    await stack.importStack({
      ...exported,
      deployment: { ...content, pending_operations: others },
    });
  }
  return begun.length - others.length;
}
