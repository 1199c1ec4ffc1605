import type * as pulumi from "@pulumi/pulumi";
import { lastPhaseIn, PHASES, type PhaseName } from "../../config/phases.js";
import type { ClusterPlan } from "../../config/plan/index.js";
import { HookPoints } from "./hooks.js";

/** What a phase has made, beside its own resources by name. */
export interface Made {
  /** Barriers: what the next phase waits for. */
  readonly done: readonly pulumi.Resource[];
  /** What a user gets to read, and what other stacks may build on. */
  readonly outputs: Readonly<Record<string, unknown>>;
}

/** What a phase finds: what the phases before it have made, by name, and what it waits for. */
export interface Before extends Made {
  /** The stack's own commands that gate this phase. */
  readonly hooks: readonly pulumi.Resource[];
  /** What hosts and networks are part of, where they are declared apart from the other phases. */
  readonly parent?: pulumi.Resource;
}

/** Options of a component of a phase that waits for these. */
export function behind(
  { parent }: Pick<Before, "parent">,
  dependsOn: readonly pulumi.Resource[],
): pulumi.ComponentResourceOptions {
  return { dependsOn: [...dependsOn], ...(parent === undefined ? {} : { parent }) };
}

/** Everything before the phase, hooks included. */
export function barriersOf({ done, hooks }: Before): pulumi.Resource[] {
  return [...done, ...hooks];
}

/** The program is at its end before the last phase, because the run is for a part. */
class EndOfPart {
  constructor(readonly outputs: Readonly<Record<string, unknown>>) {}
}

/** Declares phases in the order of their list, with the stack's hooks between them. */
export class BuildUp {
  #declared = 0;
  readonly #last = lastPhaseIn(process.env);

  private constructor(
    private readonly plan: ClusterPlan,
    private readonly hooks: HookPoints,
  ) {}

  static async of(plan: ClusterPlan): Promise<BuildUp> {
    return new BuildUp(plan, await HookPoints.of(plan));
  }

  /** Runs the program to its end, which for a part may come after any phase: what stands behind it stays as it is recorded. */
  static async untilEnd(
    program: () => Promise<Record<string, unknown>>,
  ): Promise<Record<string, unknown>> {
    try {
      return await program();
    } catch (thrown) {
      if (thrown instanceof EndOfPart) {
        return { ...thrown.outputs };
      }
      throw thrown;
    }
  }

  /** Returns what was made before together with what this phase makes. */
  async phase<B extends Made, M extends Made>(
    name: PhaseName,
    declare: (plan: ClusterPlan, before: B & Before) => M | Promise<M>,
    before: B,
  ) {
    if (this.#last !== undefined && this.#last === PHASES[this.#declared - 1]?.name) {
      throw new EndOfPart(before.outputs);
    }
    const next = PHASES[this.#declared]?.name;
    if (next !== name) {
      throw new Error(`the phase ${name} is declared where ${next ?? "no other one"} should be`);
    }
    this.#declared += 1;
    const hooks = this.hooks.before(name, before.done);
    const made = await declare(this.plan, { ...before, hooks });
    return { ...before, ...made, outputs: { ...before.outputs, ...made.outputs } };
  }

  /** The outputs of the stack, once every phase is declared. */
  end({ done, outputs }: Made): Record<string, unknown> {
    const missing = PHASES[this.#declared];
    if (missing !== undefined) {
      throw new Error(`the phase ${missing.name} is declared nowhere`);
    }
    const last = PHASES.at(-1);
    if (last !== undefined) {
      this.hooks.after(last.name, done);
    }
    return { ...outputs };
  }
}
