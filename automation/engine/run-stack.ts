import path from "node:path";
import { LocalWorkspace, PulumiCommand, type Stack } from "@pulumi/pulumi/automation/index.js";
import { messageOf } from "../../config/failure/failure.js";
import { openPlace, programOn, projectRoot, type StackPlace } from "./backend.js";
import { begunLine, forgetBegunSteps, NOTHING_BEGUN, unseenSteps } from "./begun-steps.js";
import { releaseDeadLocks } from "./dead-locks.js";
import type { EngineView } from "./engine-view.js";
import { EXIT, type ExitStatus, statusOfFailures } from "./exit-status.js";
import { Interrupts } from "./interrupts.js";

export type Verb = "preview" | "up" | "refresh";

export interface RunRequest {
  readonly verb: Verb;
  readonly stack: string;
  readonly view: EngineView;
  /** Prints lines of the run; called with none where only time has passed. */
  readonly show: (lines: readonly string[]) => void;
}

export interface RunOutcome {
  readonly status: ExitStatus;
  readonly verb: Verb;
  readonly stack: string;
  readonly changes: Readonly<Record<string, number>>;
  readonly errors: readonly string[];
  readonly seconds: number;
  readonly outputs: Readonly<Record<string, unknown>>;
  /** File with every remote step, once there is one. */
  readonly runLog: string;
}

/** Runs one operation of Pulumi's engine on a stack, with live lines and a status that scripts can use. */
export async function runStack(request: RunRequest): Promise<RunOutcome> {
  const began = Date.now();
  const place = await openPlace(request.stack);
  // The Automation API looks for the CLI on this process's own PATH, before it reads `envVars`.
  process.env.PATH = place.env.PATH;
  const runLog = runLogOf(place);
  const released = releaseDeadLocks(place.env.PULUMI_BACKEND_URL, request.stack);
  request.show(released);
  process.env.PROXMOX_HA_PULUMI = programOn(place.env.PATH, "pulumi");
  const stack = await LocalWorkspace.selectStack(
    { stackName: request.stack, workDir: place.folder },
    {
      pulumiCommand: await PulumiCommand.get({
        root: path.join(projectRoot, "toolchain", "own-session"),
      }),
      envVars: { ...place.env, PROXMOX_HA_RUN_LOG: runLog },
    },
  );
  const unseen = unseenSteps(stack);
  // A preview writes nothing, the state included; the engine says nothing of begun steps in it.
  const begun = request.verb === "preview" ? NOTHING_BEGUN : await forgetBegunSteps(stack, unseen);
  request.show(begunLine(begun));
  const { view, show } = request;
  const interrupts = new Interrupts({
    say: (line) => show([line]),
    waitingFor: () => view.waitingFor(),
    leave: () => process.exit(EXIT.interrupted),
  });
  const deafen = interrupts.listen(process);
  try {
    const changes = await operate(stack, request.verb, {
      signal: interrupts.signal,
      looksFirst: begun.others > 0,
      onEvent: (event) => show(view.lines(event)),
    });
    if (begun.others > 0) {
      await unseen.seen();
    }
    const pending = Object.entries(changes).some(([op, count]) => op !== "same" && count > 0);
    return {
      status: request.verb === "preview" && pending ? EXIT.changesPending : EXIT.done,
      verb: request.verb,
      stack: request.stack,
      changes,
      errors: [],
      seconds: seconds(began),
      outputs: request.verb === "up" ? await publicOutputs(stack) : {},
      runLog,
    };
  } catch (error) {
    const errors = view.failures.errors.length > 0 ? view.failures.errors : [messageOf(error)];
    if (view.failures.errors.length === 0 && !interrupts.interrupted) {
      // The engine ended before it could say anything itself, as when another run holds the stack.
      show([`  error      ${errors.join("; ")}`]);
    }
    return {
      status: interrupts.interrupted ? EXIT.interrupted : statusOfFailures(view.failures.kinds),
      verb: request.verb,
      stack: request.stack,
      changes: {},
      errors,
      seconds: seconds(began),
      outputs: {},
      runLog,
    };
  } finally {
    deafen();
  }
}

/** One file for each run, beside the stack's own copies, unless the environment names one. */
function runLogOf({ env, folder }: StackPlace): string {
  const stamp = new Date().toISOString().replace(/[:.]/g, "-");
  return env.PROXMOX_HA_RUN_LOG ?? path.join(folder, "runs", `${stamp}.jsonl`);
}

interface Operation {
  /** Whether `up` reads everything that is recorded before it compares. */
  readonly looksFirst: boolean;
  readonly signal: AbortSignal;
  readonly onEvent: (event: Parameters<EngineView["lines"]>[0]) => void;
}

async function operate(
  stack: Stack,
  verb: Verb,
  { looksFirst, ...options }: Operation,
): Promise<Readonly<Record<string, number>>> {
  switch (verb) {
    case "preview": {
      const result = await stack.preview(options);
      return { ...result.changeSummary };
    }
    case "up": {
      const result = await stack.up({ ...options, refresh: looksFirst });
      return { ...result.summary.resourceChanges };
    }
    case "refresh": {
      const result = await stack.refresh(options);
      return { ...result.summary.resourceChanges };
    }
  }
}

/** Outputs without what the program marked as secret. */
async function publicOutputs(stack: Stack): Promise<Readonly<Record<string, unknown>>> {
  const outputs = await stack.outputs();
  return Object.fromEntries(
    Object.entries(outputs).flatMap(([name, { value, secret }]) => (secret ? [] : [[name, value]])),
  );
}

const seconds = (began: number): number => Math.round((Date.now() - began) / 100) / 10;
