import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { EngineEvent } from "@pulumi/pulumi/automation/index.js";
import { planCluster } from "../../../config/plan/index.js";
import { byCtrlC } from "../by-ctrl-c.js";
import { EXIT, type ExitStatus } from "../exit-status.js";
import type { RunOutcome } from "../outcome.js";
import { PreviewView } from "../preview-view.js";
import { checkedFile, type Screen, screenFor } from "../run-verb.js";
import { runWithHosts } from "../run-with-hosts.js";
import { readStackFile } from "../stack-file.js";
import { summary } from "../summary.js";
import { judgePart, type Part } from "./judge-part.js";
import { leftLines, partLines, partReport } from "./part-lines.js";
import { partRequestOf } from "./part-request.js";
import { plannedOf } from "./planned.js";

interface PartOptions {
  readonly json: boolean;
  readonly phase: readonly string[];
  readonly node: readonly string[];
}

type Request = Parameters<typeof runWithHosts>[0];

/** `up` or `preview` of what `--phase` and `--node` name: judged by what a whole run would do, then done with nothing else in it. */
export async function runPart(
  verb: "up" | "preview",
  word: string,
  options: PartOptions,
): Promise<ExitStatus> {
  const { json } = options;
  const checked = checkedFile(word, json);
  if (checked === undefined) {
    return EXIT.badInput;
  }
  const { file, today, lines } = checked;
  const { stack } = file;
  const found = readStackFile(stack, today);
  const nodes = found.kind === "wrong" ? [] : planCluster(found.spec).nodes.map(({ name }) => name);
  const screen = screenFor(verb, stack, json, today);
  const end = (outcome: RunOutcome, last: readonly string[], more: object = {}): ExitStatus => {
    if (json) {
      process.stdout.write(`${JSON.stringify({ ...outcome, ...more })}\n`);
    } else {
      screen.end(last);
    }
    return outcome.status;
  };
  try {
    const part = partRequestOf(options, nodes);
    if (part === undefined || "mistakes" in part) {
      const mistakes = part?.mistakes ?? [];
      return end(nothingRun(verb, stack, EXIT.badInput, mistakes), mistakes);
    }
    screen.show([`${verb} ${stack}: ${[...part.phases, ...part.nodes].join(" ")}`, ...lines]);
    const request = { file, env: process.env, today };
    const whole = await previewOfAll(request, screen);
    if (whole.outcome.errors.length > 0 || whole.saved === undefined) {
      return end({ ...whole.outcome, verb }, [...whole.lines, summary(whole.outcome)]);
    }
    const verdict = judgePart(plannedOf(whole.saved, nodes), part);
    if (verdict.kind === "refused") {
      return end(nothingRun(verb, stack, EXIT.refused, [verdict.why]), [
        `  refused    ${verdict.why}`,
        `${verb} ${stack}: refused; nothing was changed.`,
      ]);
    }
    screen.show(partLines(verdict));
    if (verb === "preview") {
      const seen = seenOf(verdict, whole.events, screen);
      const outcome = { ...whole.outcome, ...pendingOf(verdict, whole.outcome) };
      return end(outcome, [...seen, ...leftLines(verdict), summary(outcome)], {
        ...screen.view.details(),
        ...partReport(verdict),
      });
    }
    const outcome =
      verdict.asked.length === 0
        ? nothingRun(verb, stack, EXIT.done, [])
        : await runTargets({ ...request, part: verdict }, screen);
    const failed = outcome.errors.length > 0;
    return end(
      outcome,
      [
        ...(failed ? screen.view.failed() : screen.view.closing()),
        ...(failed ? [] : leftLines(verdict)),
        summary(outcome),
      ],
      { ...screen.view.details(), ...partReport(verdict) },
    );
  } finally {
    screen.leave();
  }
}

function runTargets(request: Omit<Request, "verb">, screen: Screen): Promise<RunOutcome> {
  const { view, show } = screen;
  return runWithHosts(
    { ...request, verb: "up" },
    {
      event: (event) => show(view.lines(event)),
      failures: view.failures,
      waitingFor: () => view.waitingFor(),
      say: show,
      stops: byCtrlC,
    },
  );
}

interface Previewed {
  readonly outcome: RunOutcome;
  readonly events: readonly EngineEvent[];
  /** About what went wrong. */
  readonly lines: readonly string[];
  /** What the engine saved of it, with secrets as the state has them; undefined where it came to nothing. */
  readonly saved: unknown;
}

/** A preview of the whole, of which nothing is shown. */
async function previewOfAll(request: Omit<Request, "verb">, { show }: Screen): Promise<Previewed> {
  const folder = mkdtempSync(path.join(tmpdir(), "proxmox-ha-part-"));
  const planFile = path.join(folder, "plan.json");
  const view = new PreviewView(() => "");
  const events: EngineEvent[] = [];
  const lines: string[] = [];
  try {
    const outcome = await runWithHosts(
      { ...request, verb: "preview", planFile },
      {
        event: (event) => {
          events.push(event);
          lines.push(...view.lines(event));
        },
        failures: view.failures,
        waitingFor: () => [],
        say: show,
        stops: byCtrlC,
      },
    );
    const saved: unknown =
      outcome.errors.length > 0 ? undefined : JSON.parse(readFileSync(planFile, "utf8"));
    return { outcome, events, lines, saved };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** What the preview of the whole saw of the part. */
function seenOf(
  { targets }: Part,
  events: readonly EngineEvent[],
  { view }: Screen,
): readonly string[] {
  const own = new Set(targets);
  const lines = events
    .filter(({ resourcePreEvent: step, diagnosticEvent: said }) =>
      step === undefined
        ? said?.urn === undefined || own.has(said.urn)
        : own.has(step.metadata.urn),
    )
    .flatMap((event) => view.lines(event));
  return [...lines, ...view.closing()];
}

function pendingOf(
  { asked, needed, gates }: Part,
  { status }: RunOutcome,
): Pick<RunOutcome, "status" | "changes"> {
  const changes: Record<string, number> = {};
  for (const { op } of [...asked, ...needed, ...gates]) {
    changes[op] = (changes[op] ?? 0) + 1;
  }
  const pending = asked.length > 0;
  return {
    changes,
    status: status === EXIT.unreachable ? status : pending ? EXIT.changesPending : EXIT.done,
  };
}

const nothingRun = (
  verb: RunOutcome["verb"],
  stack: string,
  status: ExitStatus,
  errors: readonly string[],
): RunOutcome => ({
  status,
  verb,
  stack,
  changes: {},
  errors,
  seconds: 0,
  outputs: {},
  runLog: "",
});
