import { describePlan, planCluster } from "../../config/plan/index.js";
import type { ClusterSpec } from "../../config/schema/cluster.js";
import { acknowledgedLine } from "../acknowledged-warnings.js";
import { validate } from "../validate/run.js";
import { visible } from "../visible.js";
import { Board } from "./board.js";
import { byCtrlC } from "./by-ctrl-c.js";
import type { EngineView } from "./engine-view.js";
import { EXIT, type ExitStatus } from "./exit-status.js";
import { LiveView } from "./live-view.js";
import type { RunOutcome, Verb } from "./outcome.js";
import { PreviewView } from "./preview-view.js";
import { runWithHosts } from "./run-with-hosts.js";
import { readStackFile, stackFileOf } from "./stack-file.js";
import { changesOf, summary } from "./summary.js";

const REDRAW_MS = 1_000;

export interface VerbOptions {
  readonly json: boolean;
  /** Whether `up` ends with the screen about the cluster. */
  readonly screen: boolean;
}

/** Checks the stack file first, so that a mistake shows with its line before Pulumi starts. */
export async function runVerb(verb: Verb, word: string, options: VerbOptions): Promise<ExitStatus> {
  const { json } = options;
  const file = stackFileOf(word);
  const { stack, folder: project } = file;
  const today = new Date().toISOString().slice(0, 10);
  const directory = process.cwd();
  const checked = validate({ targets: [stack], json, directory, project, today });
  if (checked.exitCode !== 0) {
    process.stdout.write(json ? checked.output : visible(checked.output));
    return EXIT.badInput;
  }
  const screen = screenFor(verb, stack, json, today);
  const known = checked.acknowledged;
  screen.show([`${verb} ${stack}`, ...(known === 0 ? [] : [`  ${acknowledgedLine(known)}`])]);
  const { view, show } = screen;
  try {
    const outcome = await runWithHosts(
      { verb, file, env: process.env, today },
      {
        event: (event) => show(view.lines(event)),
        failures: view.failures,
        waitingFor: () => view.waitingFor(),
        say: show,
        stops: byCtrlC,
      },
    );
    if (json) {
      process.stdout.write(`${JSON.stringify({ ...outcome, ...view.details() })}\n`);
      return outcome.status;
    }
    if (view.failures.errors.length === 0 && outcome.errors.length > 0 && !isStopped(outcome)) {
      // The engine ended before it could say anything itself, as when another run holds the stack.
      show([`  error      ${outcome.errors.join("; ")}`]);
    }
    const closing = outcome.errors.length === 0 ? view.closing() : view.failed();
    screen.end([...closing, summary(outcome)]);
    if (verb === "up" && outcome.status === EXIT.done && options.screen) {
      process.stdout.write(visible(await lastScreen(stack, today, changesOf(outcome).length > 0)));
    }
    return outcome.status;
  } finally {
    screen.leave();
  }
}

const isStopped = ({ status }: RunOutcome): boolean => status === EXIT.interrupted;

/** How the cluster is now, and how to go on. A run that changed nothing has asked no host, and asks none for this either. */
async function lastScreen(stack: string, today: string, changed: boolean): Promise<string> {
  const found = readStackFile(stack, today);
  if (found.kind === "wrong") {
    return "";
  }
  const [first] = planCluster(found.spec).nodes;
  return [
    ...(changed ? ["", await clusterNow(stack, found.spec)] : []),
    "",
    "Go on",
    `${`  https://${first?.address ?? "<node>"}:8006`.padEnd(46)}the web interface of Proxmox VE`,
    `${`  npx proxmox-ha status ${stack}`.padEnd(46)}how the cluster is now`,
    `  npx proxmox-ha doctor ${stack} --cluster`.padEnd(46) +
      "measure paths, links, services, storage",
    "",
  ].join("\n");
}

async function clusterNow(stack: string, spec: ClusterSpec): Promise<string> {
  const { clusterScreen } = await import("../status/run.js");
  return (await clusterScreen(stack, spec)).trimEnd();
}

interface Screen {
  readonly view: EngineView;
  readonly show: (lines: readonly string[]) => void;
  /** The last lines; nothing is under way any more, whatever was cut. */
  readonly end: (lines: readonly string[]) => void;
  leave(): void;
}

function screenFor(verb: Verb, stack: string, json: boolean, today: string): Screen {
  const plain = (lines: readonly string[]): void => {
    if (!json && lines.length > 0) {
      process.stdout.write(lines.map((line) => `${visible(line)}\n`).join(""));
    }
  };
  const nothing = (): void => undefined;
  if (verb === "preview") {
    return {
      view: new PreviewView(() => planText(stack, today)),
      show: plain,
      end: plain,
      leave: nothing,
    };
  }
  if (json || !process.stdout.isTTY) {
    return { view: new LiveView(Date.now), show: plain, end: plain, leave: nothing };
  }
  const view = new LiveView(Date.now, false);
  const board = new Board(process.stdout, Date.now);
  const show = (lines: readonly string[]): void =>
    board.print(lines, view.underWay(), view.progress());
  const ticking = setInterval(() => show([]), REDRAW_MS);
  const leave = (): void => clearInterval(ticking);
  const end = (lines: readonly string[]): void => {
    leave();
    board.print(lines, []);
  };
  return { view, show, end, leave };
}

function planText(stack: string, today: string): string {
  const found = readStackFile(stack, today);
  return found.kind === "wrong" ? "" : describePlan(planCluster(found.spec));
}
