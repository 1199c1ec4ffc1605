import path from "node:path";
import * as pulumi from "@pulumi/pulumi";
import type { HookPhase, HookPlan } from "../../config/plan/hooks.js";
import type { ClusterPlan } from "../../config/plan/index.js";
import { namedSecrets } from "../../config/plan/secrets.js";
import type { ClusterSpec } from "../../config/schema/cluster.js";
import { Component } from "../kit/component.js";

type LocalCommand = Awaited<ReturnType<typeof loadCommand>>;
type When = HookPlan["when"];

interface HooksArgs {
  readonly hooks: readonly HookPlan[];
  readonly connections: ClusterPlan["connections"];
  readonly ssm: ClusterSpec["secrets"]["ssm"];
  /** Variables of the environment that the stack names as secrets. */
  readonly secretNames: readonly string[];
}

/** Runs what it is given as its last word, on the controller or on a node; see ADR 0044. */
const RUNNER = path.join(__dirname, "..", "..", "automation", "hook", "main.js");

/** Inputs that say how a hook is run and not what it does. A hook that ran is not run again for them. */
const MEANS = ["interpreter", "dir", "stdin"];

/** The stack's own commands at one point of the build-up, one after the other in the order of the file. */
class PhaseHooks extends Component {
  constructor(
    name: string,
    { hooks, connections, ssm, secretNames }: HooksArgs,
    Command: LocalCommand,
    opts: pulumi.ComponentResourceOptions,
  ) {
    super("hooks", "PhaseHooks", name, {}, opts);
    let previous: pulumi.Resource[] = [];
    for (const hook of hooks) {
      const { place, when, phase, deadlineMs, command } = hook;
      const connection = connections.find(({ node }) => node === hook.on);
      const request = {
        place,
        when,
        phase,
        deadlineMs,
        stack: pulumi.getStack(),
        folder: stackFolder(),
        secretNames,
        ...(ssm === undefined ? {} : { ssm }),
        ...(connection === undefined ? {} : { connection }),
      };
      const run = new Command(
        `hook-${hook.name}`,
        {
          create: command,
          interpreter: ["node", RUNNER],
          // Where providers run too; paths of keys begin there.
          dir: process.cwd(),
          stdin: JSON.stringify(request),
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

/** Where the phases let hooks in. What is returned are barriers for what comes behind; none where the file has no hook. */
export class HookPoints {
  private constructor(
    private readonly args: HooksArgs,
    private readonly command: LocalCommand | undefined,
  ) {}

  /** The package of commands is only loaded for a file that has hooks. */
  static async of(spec: ClusterSpec, plan: ClusterPlan): Promise<HookPoints> {
    const { hooks, connections } = plan;
    // Also those of parts that are not applied: a command has no business with them.
    const secretNames = namedSecrets(spec).flatMap(({ reference }) =>
      "env" in reference ? [reference.env] : [],
    );
    const args = { hooks, connections, ssm: spec.secrets.ssm, secretNames };
    return new HookPoints(args, hooks.length === 0 ? undefined : await loadCommand());
  }

  /** Hooks at one point, behind everything given. */
  at(when: When, phase: HookPhase, behind: readonly pulumi.Resource[]): readonly pulumi.Resource[] {
    const hooks = this.args.hooks.filter((one) => one.when === when && one.phase === phase);
    if (hooks.length === 0 || this.command === undefined) {
      return [];
    }
    const name = `${when}-${phase}`;
    const opts = { dependsOn: [...behind] };
    return [new PhaseHooks(name, { ...this.args, hooks }, this.command, opts)];
  }

  /** Hooks after one phase and before the next one, behind everything that the first one made. */
  between(
    done: HookPhase,
    next: HookPhase,
    made: readonly pulumi.Resource[],
  ): readonly pulumi.Resource[] {
    const after = this.at("after", done, made);
    return [...after, ...this.at("before", next, [...made, ...after])];
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
