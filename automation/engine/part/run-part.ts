import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { EngineEvent } from "@pulumi/pulumi/automation/index.js";
import { planCluster } from "../../../config/plan/index.js";
import { byCtrlC } from "../by-ctrl-c.js";
import { EXIT, type ExitStatus } from "../exit-status.js";
import type { RunOutcome } from "../outcome.js";
import type { PreviewView } from "../preview-view.js";
import { checkedFile, previewOf, screenOf, specOf, type VerbOptions } from "../run-verb.js";
import { runWithHosts } from "../run-with-hosts.js";
import type { LastWords, Screen } from "../screen.js";
import { summary } from "../summary.js";
import { judgePart, type Part } from "./judge-part.js";
import { leftLines, partLines, partReport } from "./part-lines.js";
import { partRequestOf } from "./part-request.js";
import { plannedOf } from "./planned.js";

interface PartOptions extends Pick<VerbOptions, "manner" | "diff"> {
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
  const checked = checkedFile(word, options.manner);
  if (checked === undefined) {
    return EXIT.badInput;
  }
  const { file, today, lines } = checked;
  const { stack } = file;
  const nodes = planCluster(specOf(checked)).nodes.map(({ name }) => name);
  const screen = screenOf(verb, checked, options);
  const end = (outcome: RunOutcome, words?: LastWords): ExitStatus => {
    screen.end(outcome, words);
    return outcome.status;
  };
  try {
    const part = partRequestOf(options, nodes);
    if (part === undefined || "mistakes" in part) {
      const mistakes = part?.mistakes ?? [];
      return end(nothingRun(verb, stack, EXIT.badInput, mistakes), { instead: mistakes });
    }
    if (options.manner === "lines") {
      screen.say([`${verb} ${stack}: ${[...part.phases, ...part.nodes].join(" ")}`, ...lines]);
    }
    const request = { file, env: process.env, today };
    const whole = await previewOfAll(request, previewOf(checked, false), screen);
    if (whole.outcome.errors.length > 0 || whole.saved === undefined) {
      const outcome = { ...whole.outcome, verb };
      return end(outcome, { instead: [...whole.lines, summary(whole.outcome)] });
    }
    const verdict = judgePart(plannedOf(whole.saved, nodes), part);
    if (verdict.kind === "refused") {
      return end(nothingRun(verb, stack, EXIT.refused, [verdict.why]), {
        instead: [`  refused    ${verdict.why}`, `${verb} ${stack}: refused; nothing was changed.`],
      });
    }
    screen.say(partLines(verdict));
    const words = { behind: leftLines(verdict), report: partReport(verdict) };
    if (verb === "preview") {
      showAgain(verdict, whole.events, screen);
      return end({ ...whole.outcome, ...pendingOf(verdict, whole.outcome) }, words);
    }
    const outcome =
      verdict.asked.length === 0
        ? nothingRun(verb, stack, EXIT.done, [])
        : await runWithHosts(
            { ...request, verb: "up", part: verdict },
            { ...screen, stops: byCtrlC },
          );
    return end(outcome, words);
  } finally {
    screen.leave();
  }
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
async function previewOfAll(
  request: Omit<Request, "verb">,
  view: PreviewView,
  { expects, say }: Screen,
): Promise<Previewed> {
  const folder = mkdtempSync(path.join(tmpdir(), "proxmox-ha-part-"));
  const planFile = path.join(folder, "plan.json");
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
        expects,
        waitingFor: () => [],
        say,
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
function showAgain(
  { targets }: Part,
  events: readonly EngineEvent[],
  { event: show }: Screen,
): void {
  const own = new Set(targets);
  for (const event of events) {
    const { resourcePreEvent: step, diagnosticEvent: said } = event;
    const isOfPart =
      step === undefined
        ? said?.urn === undefined || own.has(said.urn)
        : own.has(step.metadata.urn);
    if (isOfPart) {
      show(event);
    }
  }
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
