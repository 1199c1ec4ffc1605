import path from "node:path";
import {
  type EngineEvent,
  LocalWorkspace,
  PulumiCommand,
  type Stack,
} from "@pulumi/pulumi/automation/index.js";
import { messageOf } from "../../config/failure/failure.js";
import { PART_VARIABLE, type PhaseName } from "../../config/phases.js";
import { runLogFile } from "../../dynamic-providers/transport/base/run-log.js";
import { PREVIEW_VARIABLE } from "../../dynamic-providers/transport/base/run-words.js";
import {
  openPlace,
  programOn,
  projectRoot,
  type StackFile,
  type StackPlace,
  versionOn,
} from "./backend.js";
import { begunLine, forgetBegunSteps, NOTHING_BEGUN, unseenSteps } from "./begun-steps.js";
import { releaseDeadLocks } from "./dead-locks.js";
import { EXIT, statusOfFailures } from "./exit-status.js";
import type { FailureTexts } from "./failure-texts.js";
import { withFewerStarts } from "./fewer-starts.js";
import { knownToBeWhole } from "./folder-records.js";
import type { RunOutcome, Verb } from "./outcome.js";
import { RunResult } from "./run-result.js";
import { type EarlierTimes, earlierTimes, keepTimes, StepClock } from "./step-times.js";
import { StopWord } from "./stop-word.js";
import type { Stoppable } from "./stops.js";
import type { Waiting } from "./waiting.js";

/**
 * Looks that are under way together share round trips (ADR 0111), and how many those are is not to hang on the processors of this machine,
 * as the engine's own number does. They wait for hosts and need next to nothing here.
 */
const LOOKS_AT_ONCE = 128;

/** What a run tells while it goes on, and who may end it. */
export interface Watcher {
  /** How long steps took in earlier runs of the stack, before the first event. */
  readonly expects?: (times: EarlierTimes) => void;
  readonly event: (event: EngineEvent) => void;
  /** Filled by whoever reads the events. */
  readonly failures: FailureTexts;
  readonly waitingFor: () => readonly Waiting[];
  /** Lines about the run itself. */
  readonly say: (lines: readonly string[]) => void;
  readonly stops: Stoppable;
}

export interface RunRequest {
  readonly verb: Verb;
  readonly file: StackFile;
  readonly env: NodeJS.ProcessEnv;
  /** Where a preview saves what it found: every resource, what would be done with it, and what stands before it. */
  readonly planFile?: string;
  /** For a part that was judged beforehand. */
  readonly part?: TargetedPart;
}

interface TargetedPart {
  /** URNs of all that `up` may touch. */
  readonly targets: readonly string[];
  /** The program declares nothing behind it. */
  readonly lastPhase: PhaseName;
}

/** Runs one operation of Pulumi's engine on a stack, with its events as they come and a status that scripts can use. */
export async function runStack(
  { verb, file, env: base, planFile, part }: RunRequest,
  { event, failures, waitingFor, say, stops, expects }: Watcher,
): Promise<RunOutcome> {
  const began = Date.now();
  const { stack: name } = file;
  const place = await openPlace(file, base);
  const runLog = runLogFile(place.folder, place.env);
  expects?.(earlierTimes(name, runLog));
  const clock = new StepClock(name, Date.now);
  say(releaseDeadLocks(place.env.PULUMI_BACKEND_URL, name));
  const stopWord = new StopWord();
  const env = {
    ...place.env,
    [PART_VARIABLE]: part?.lastPhase ?? "",
    [PREVIEW_VARIABLE]: verb === "preview" ? "1" : "",
    ...stopWord.env,
  };
  const stack = await select(name, { ...place, env }, runLog);
  const unseen = unseenSteps(stack);
  // A preview writes nothing, the state included; the engine says nothing of begun steps in it.
  const whole = verb === "preview" || knownToBeWhole(place.env.PULUMI_BACKEND_URL, name);
  const begun = whole ? NOTHING_BEGUN : await forgetBegunSteps(stack, unseen);
  say(begunLine(begun));
  const { signal, over } = stops({ say: (line) => say([line]), waitingFor });
  signal.addEventListener("abort", () => stopWord.give(), { once: true });
  try {
    // The engine hears of what comes after its start, and not of what was said before.
    signal.throwIfAborted();
    const result = new RunResult();
    await operate(stack, verb, {
      signal,
      looksFirst: begun.others > 0,
      onEvent: (one) => {
        clock.hear(one);
        result.take(one);
        event(one);
      },
      ...(planFile === undefined ? {} : { planFile }),
      ...(part === undefined ? {} : { targets: part.targets }),
    });
    // A part looks at what it may touch, so the rest of them is still to be looked at.
    if (begun.others > 0 && part === undefined) {
      await unseen.seen();
    }
    const { changes } = result;
    const pending = Object.entries(changes).some(([op, count]) => op !== "same" && count > 0);
    return {
      status: verb === "preview" && pending ? EXIT.changesPending : EXIT.done,
      verb,
      stack: name,
      changes,
      errors: [],
      seconds: seconds(began),
      outputs: verb === "up" ? result.outputs : {},
      runLog,
    };
  } catch (error) {
    const errors = failures.errors.length > 0 ? failures.errors : [messageOf(error)];
    return {
      status: signal.aborted ? EXIT.interrupted : statusOfFailures(failures.kinds),
      verb,
      stack: name,
      changes: {},
      errors,
      seconds: seconds(began),
      outputs: {},
      runLog,
    };
  } finally {
    over();
    stopWord.over();
    if (verb === "up") {
      keepTimes(runLog, clock);
    }
  }
}

async function select(stackName: string, place: StackPlace, runLog: string): Promise<Stack> {
  const program = programOn(place.env.PATH, "pulumi");
  return await LocalWorkspace.selectStack(
    { stackName, workDir: place.folder },
    {
      pulumiCommand: await pulumiCommand(program, await versionOn(program, place.env)),
      envVars: { ...place.env, PROXMOX_HA_PULUMI: program, PROXMOX_HA_RUN_LOG: runLog },
    },
  );
}

/** The Automation API asks the CLI for its version with this process's own environment, at once, and takes `envVars` for all else. */
async function pulumiCommand(program: string, version: string | undefined): Promise<PulumiCommand> {
  const given = {
    PROXMOX_HA_PULUMI: program,
    ...(version === undefined ? {} : { PROXMOX_HA_PULUMI_VERSION: version }),
  };
  const before = Object.keys(given).map((name) => [name, process.env[name]] as const);
  Object.assign(process.env, given);
  const asked = PulumiCommand.get({ root: path.join(projectRoot, "toolchain", "own-session") });
  for (const [name, value] of before) {
    if (value === undefined) {
      delete process.env[name];
    } else {
      process.env[name] = value;
    }
  }
  return withFewerStarts(await asked);
}

interface Operation {
  /** Whether `up` reads everything that is recorded before it compares. */
  readonly looksFirst: boolean;
  readonly signal: AbortSignal;
  readonly onEvent: (event: EngineEvent) => void;
  readonly planFile?: string;
  readonly targets?: readonly string[];
}

async function operate(
  stack: Stack,
  verb: Verb,
  { looksFirst, planFile, targets, ...options }: Operation,
): Promise<void> {
  switch (verb) {
    case "preview":
      await stack.preview({ ...options, ...(planFile === undefined ? {} : { plan: planFile }) });
      return;
    case "up":
      await stack.up({
        ...options,
        ...(targets === undefined ? {} : { target: [...targets] }),
        refresh: looksFirst,
        showSecrets: false,
      });
      return;
    case "refresh":
      await stack.refresh({ ...options, parallel: LOOKS_AT_ONCE, showSecrets: false });
  }
}

const seconds = (began: number): number => Math.round((Date.now() - began) / 100) / 10;
