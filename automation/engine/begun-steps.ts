import type { Deployment, Stack } from "@pulumi/pulumi/automation/index.js";
import { z } from "zod";

const deploymentPart = z.looseObject({
  pending_operations: z.array(z.looseObject({ type: z.string() })).optional(),
});

export interface BegunSteps {
  readonly creations: number;
  /** Updates, removals and looks at what is already recorded. */
  readonly others: number;
}

export const NOTHING_BEGUN: BegunSteps = { creations: 0, others: 0 };

/**
 * Drops the steps that a killed run had begun from the state, so that the engine does not list them with advice about consoles that
 * nobody here has: creations in every run from then on, the others in the next one. A creation looks at what is there first. What was to
 * be changed or removed stands in the state as it was before, so a run that would see no difference to it has to look as well.
 */
export async function forgetBegunSteps(
  stack: Pick<Stack, "exportStack" | "importStack">,
  unseen: UnseenSteps,
): Promise<BegunSteps> {
  const exported: Deployment = await stack.exportStack();
  const content = deploymentPart.parse(exported.deployment);
  const begun = content.pending_operations ?? [];
  const creations = begun.filter(({ type }) => type === "creating").length;
  // A run that breaks off between the two may count a step twice; the other order would forget it.
  const others = (await unseen.count()) + begun.length - creations;
  if (begun.length > creations) {
    await unseen.keep(others);
  }
  if (begun.length > 0) {
    await stack.importStack({ ...exported, deployment: { ...content, pending_operations: [] } });
  }
  return { creations, others };
}

/** How many begun steps no run has looked at since. */
export interface UnseenSteps {
  count(): Promise<number>;
  keep(count: number): Promise<void>;
  /** A run has looked at everything that is recorded. */
  seen(): Promise<void>;
}

const TAG = "proxmox-ha:steps-to-look-at";

/** A tag of the stack, which lies with the state: another machine on the same back-end sees it too. The look itself may fail. */
export function unseenSteps(stack: Pick<Stack, "listTags" | "setTag" | "removeTag">): UnseenSteps {
  return {
    count: async () => {
      const { [TAG]: count } = await stack.listTags();
      return count === undefined ? 0 : Number(count) || 1;
    },
    keep: (count) => stack.setTag(TAG, `${count}`),
    seen: () => stack.removeTag(TAG),
  };
}

export function begunLine({ creations, others }: BegunSteps): string[] {
  const count = creations + others;
  const steps = count === 1 ? "Of 1 step" : `Of ${count} steps`;
  const they = count === 1 ? "it" : "they";
  const what = others === 0 ? "what it makes" : "every resource";
  return count === 0
    ? []
    : [`${steps} it is not known how far ${they} came, so this run looks at ${what} first.`];
}
