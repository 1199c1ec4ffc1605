import { readFileSync } from "node:fs";
import path from "node:path";
import { loadStack } from "../../config/load/index.js";
import { describePlan, planCluster } from "../../config/plan/index.js";
import { validate } from "../validate/run.js";
import { stackFilesFolder } from "./backend.js";
import { Board } from "./board.js";
import type { EngineView } from "./engine-view.js";
import { EXIT, type ExitStatus } from "./exit-status.js";
import { LiveView } from "./live-view.js";
import { PreviewView } from "./preview-view.js";
import { runStack, type Verb } from "./run-stack.js";
import { summary } from "./summary.js";

const REDRAW_MS = 1_000;

/** Checks the stack file first, so that a mistake shows with its line before Pulumi starts. */
export async function runVerb(verb: Verb, stack: string, json: boolean): Promise<ExitStatus> {
  const today = new Date().toISOString().slice(0, 10);
  const checked = validate({ targets: [stack], json, directory: stackFilesFolder(), today });
  if (checked.exitCode !== 0) {
    process.stdout.write(checked.output);
    return EXIT.badInput;
  }
  const screen = screenFor(verb, stack, json, today);
  screen.show([`${verb} ${stack}`]);
  try {
    const outcome = await runStack({ verb, stack, view: screen.view, show: screen.show });
    if (json) {
      process.stdout.write(`${JSON.stringify(outcome)}\n`);
    } else {
      const closing = outcome.errors.length === 0 ? screen.view.closing() : [];
      screen.show([...closing, summary(outcome)]);
    }
    return outcome.status;
  } finally {
    screen.leave();
  }
}

interface Screen {
  readonly view: EngineView;
  readonly show: (lines: readonly string[]) => void;
  leave(): void;
}

function screenFor(verb: Verb, stack: string, json: boolean, today: string): Screen {
  const plain = (lines: readonly string[]): void => {
    if (!json && lines.length > 0) {
      process.stdout.write(lines.map((line) => `${line}\n`).join(""));
    }
  };
  const nothing = (): void => undefined;
  if (verb === "preview") {
    return { view: new PreviewView(() => planText(stack, today)), show: plain, leave: nothing };
  }
  if (json || !process.stdout.isTTY) {
    return { view: new LiveView(Date.now), show: plain, leave: nothing };
  }
  const view = new LiveView(Date.now, false);
  const board = new Board(process.stdout, Date.now);
  const show = (lines: readonly string[]): void => board.print(lines, view.underWay());
  const ticking = setInterval(() => show([]), REDRAW_MS);
  return { view, show, leave: () => clearInterval(ticking) };
}

function planText(stack: string, today: string): string {
  const file = path.join(stackFilesFolder(), `Pulumi.${stack}.yaml`);
  const { spec } = loadStack({ file, text: readFileSync(file, "utf8"), today });
  return spec === undefined ? "" : describePlan(planCluster(spec, { today }));
}
