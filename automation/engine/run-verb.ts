import { badInput } from "../../config/failure/failure.js";
import type { ClusterSpec } from "../../config/schema/cluster.js";
import { acknowledgedLine } from "../acknowledged-warnings.js";
import { groundsOf } from "../preview/grounds.js";
import { validate } from "../validate/run.js";
import { visible } from "../visible.js";
import type { StackFile } from "./backend.js";
import { byCtrlC } from "./by-ctrl-c.js";
import { EXIT, type ExitStatus } from "./exit-status.js";
import { recordedCephNames } from "./folder-records.js";
import { lastScreen } from "./last-screen.js";
import type { Verb } from "./outcome.js";
import { PreviewView } from "./preview-view.js";
import { runWithHosts } from "./run-with-hosts.js";
import { type Manner, type Screen, screenFor } from "./screen.js";
import { readStackFile, stackFileOf } from "./stack-file.js";
import { changesOf } from "./summary.js";

export interface VerbOptions {
  readonly manner: Manner;
  /** Whether `up` ends with the screen about the cluster. */
  readonly screen: boolean;
  /** Whether a preview tells the texts of files. */
  readonly diff: boolean;
}

/** A stack file without a mistake. */
export interface CheckedFile {
  readonly file: StackFile;
  readonly today: string;
  /** Lines about what was found in it. */
  readonly lines: readonly string[];
}

/** Checks the stack file first, so that a mistake shows with its line before Pulumi starts. */
export function checkedFile(word: string, manner: Manner): CheckedFile | undefined {
  const json = isForPrograms(manner);
  const file = stackFileOf(word);
  const { stack, folder: project } = file;
  const today = new Date().toISOString().slice(0, 10);
  const directory = process.cwd();
  const recorded = (one: string) => recordedCephNames(process.env, one);
  const checked = validate({ targets: [stack], json, directory, project, today, recorded });
  if (checked.exitCode !== 0) {
    process.stdout.write(
      manner === "json lines"
        ? oneLine(checked.output)
        : json
          ? checked.output
          : visible(checked.output),
    );
    return undefined;
  }
  const known = checked.acknowledged;
  return { file, today, lines: known === 0 ? [] : [`  ${acknowledgedLine(known)}`] };
}

/** The run's own words are objects then. */
const isForPrograms = (manner: Manner): boolean => manner === "json" || manner === "json lines";

export async function runVerb(verb: Verb, word: string, options: VerbOptions): Promise<ExitStatus> {
  const { manner, diff } = options;
  const checked = checkedFile(word, manner);
  if (checked === undefined) {
    return EXIT.badInput;
  }
  const { file, today, lines } = checked;
  const { stack } = file;
  const screen = screenOf(verb, checked, { manner, diff });
  if (manner === "lines") {
    screen.say([`${verb} ${stack}`, ...lines]);
  }
  try {
    const request = { verb, file, env: process.env, today };
    const outcome = await runWithHosts(request, { ...screen, stops: byCtrlC });
    screen.end(outcome);
    if (verb === "up" && outcome.status === EXIT.done && options.screen && manner === "lines") {
      const changed = changesOf(outcome).length > 0;
      const read = () => readStackFile(stack, today);
      process.stdout.write(visible(await lastScreen({ stack, changed, read, look })));
    }
    return outcome.status;
  } finally {
    screen.leave();
  }
}

/** Where a run of a file that was checked is watched. */
export function screenOf(
  verb: Verb,
  checked: CheckedFile,
  { manner, diff }: Pick<VerbOptions, "manner" | "diff">,
): Screen {
  return screenFor({
    verb,
    manner,
    output: process.stdout,
    now: Date.now,
    preview: () => previewOf(checked, diff),
  });
}

/** Who turns the steps of a preview into lines. */
export function previewOf(checked: CheckedFile, diff: boolean): PreviewView {
  const { today } = checked;
  return new PreviewView(() => groundsOf(specOf(checked), { today, diff }));
}

/** A report in JSON as one line among others. */
function oneLine(report: string): string {
  const told: unknown = JSON.parse(report);
  return `${JSON.stringify(told)}\n`;
}

/** It was checked a moment ago. */
export function specOf({ file: { stack }, today }: CheckedFile): ClusterSpec {
  const found = readStackFile(stack, today);
  if (found.kind === "wrong") {
    throw badInput(found.text.trimEnd(), "Correct the stack file.");
  }
  return found.spec;
}

/** What asks hosts is loaded once they are asked. */
async function look(stack: string, spec: ClusterSpec): Promise<string> {
  const { clusterScreen } = await import("../status/run.js");
  return await clusterScreen(stack, spec);
}
