import path from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { PHASES, type PhaseName } from "../../config/phases.js";
import type { HookPlan } from "../../config/plan/hooks.js";
import { type ClusterPlan, nodeOf } from "../../config/plan/index.js";
import { HOOK_RUNNER } from "../../dynamic-providers/hook/runner.js";
import type { HookRequest } from "../../dynamic-providers/hook/schema.js";
import { Component } from "../kit/component.js";

type LocalCommand = Awaited<ReturnType<typeof loadCommand>>;

/** Inputs that say how a hook is run and not what it does. A hook that ran is not run again for them; see ADR 0044. */
const MEANS = ["interpreter", "dir", "stdin"];

/** The stack's own commands at one point of the build-up, one after the other in the order of the file. */
class PhaseHooks extends Component {
  constructor(
    name: string,
    { plan, hooks }: { readonly plan: ClusterPlan; readonly hooks: readonly HookPlan[] },
    Command: LocalCommand,
    opts: pulumi.ComponentResourceOptions,
  ) {
    super("hooks", "PhaseHooks", name, {}, opts);
    let previous: pulumi.Resource[] = [];
    for (const hook of hooks) {
      const run = new Command(
        `hook-${hook.name}`,
        {
          create: hook.command,
          interpreter: ["node", HOOK_RUNNER],
          // Where providers run too; paths of keys begin there.
          dir: process.cwd(),
          stdin: JSON.stringify(requestOf(plan, hook)),
          addPreviousOutputInEnv: false,
          // What a command of the user prints may be anything.
          logging: "none",
        },
        {
          parent: this,
          dependsOn: previous,
          ignoreChanges: MEANS,
          additionalSecretOutputs: ["stdout", "stderr"],
        },
      );
      previous = [run];
    }
    this.registerOutputs({});
  }
}

/** What is told of the run: references and addresses alone. */
function requestOf(
  plan: ClusterPlan,
  { place, when, phase, deadlineMs, on }: HookPlan,
): HookRequest {
  const { parameterStore: ssm, secretVariables } = plan;
  return {
    place,
    when,
    phase,
    deadlineMs,
    stack: pulumi.getStack(),
    folder: stackFolder(),
    secretNames: [...secretVariables],
    ...(ssm === undefined ? {} : { ssm }),
    ...(on === "controller" ? {} : { connection: nodeOf(plan, on).connection }),
  };
}

/** Where the list of phases lets hooks in. What is returned are barriers for what comes behind; none where the file has no hook. */
export class HookPoints {
  private constructor(
    private readonly plan: ClusterPlan,
    private readonly command: LocalCommand | undefined,
  ) {}

  /** The package of commands is only loaded for a file that has hooks. */
  static async of(plan: ClusterPlan): Promise<HookPoints> {
    return new HookPoints(plan, plan.hooks.length === 0 ? undefined : await loadCommand());
  }

  /** Hooks after the phase in front of this one and before it, behind everything that was made. */
  before(phase: PhaseName, made: readonly pulumi.Resource[]): readonly pulumi.Resource[] {
    const previous = PHASES[PHASES.findIndex(({ name }) => name === phase) - 1];
    const after = previous === undefined ? [] : this.after(previous.name, made);
    return [...after, ...this.at("before", phase, [...made, ...after])];
  }

  after(phase: PhaseName, made: readonly pulumi.Resource[]): readonly pulumi.Resource[] {
    return this.at("after", phase, made);
  }

  private at(
    when: HookPlan["when"],
    phase: PhaseName,
    behind: readonly pulumi.Resource[],
  ): readonly pulumi.Resource[] {
    const hooks = this.plan.hooks.filter((one) => one.when === when && one.phase === phase);
    if (hooks.length === 0 || this.command === undefined) {
      return [];
    }
    const args = { plan: this.plan, hooks };
    return [new PhaseHooks(`${when}-${phase}`, args, this.command, { dependsOn: [...behind] })];
  }
}

/** Where the owner's stack file lies: the engine may work on a copy of it elsewhere. */
function stackFolder(): string {
  const named = process.env.PROXMOX_HA_PROJECT;
  return path.resolve(named === undefined || named === "" ? process.cwd() : named);
}

async function loadCommand() {
  const { Command } = await import("@pulumi/command/local/command.js");
  return Command;
}
