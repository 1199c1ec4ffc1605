import { existsSync } from "node:fs";
import path from "node:path";
import type { ClusterSpec } from "../../config/schema/cluster.js";
import {
  type FileRunLog,
  runLogFile,
  runLogFromEnvironment,
} from "../../dynamic-providers/transport/base/run-log.js";
import type { DrillOutcome } from "../drill/outcome.js";
import type { Message, RunEvent } from "../engine/events.js";
import { recordedCephNames } from "../engine/folder-records.js";
import type { RunOutcome, Verb } from "../engine/outcome.js";
import { readStackFile } from "../engine/stack-file.js";
import { stackFolder } from "../engine/stack-folder.js";
import { bySignal } from "../engine/stops.js";
import { keepDrill } from "../history/drills.js";
import type { OnBehalf } from "../hosts/onlooker.js";
import type { ClusterView } from "../status/cluster-view.js";
import type { FileReport } from "../validate/file-report.js";
import { checkFiles } from "../validate/run.js";
import { asClusterError, ClusterError } from "./cluster-error.js";
import { type DrillRequest, drillOrderOf } from "./drill-request.js";
import { type ClusterOptions, type Opened, openedBy } from "./options.js";
import { Run } from "./run.js";
import { type RunOptions, startRun } from "./start-run.js";

/** What was found in the stack file. */
export interface ValidationReport extends FileReport {
  /** No finding is an error. */
  readonly isValid: boolean;
}

/**
 * One cluster, by its stack file. Its methods do what the verbs of the command line do, by the same code; none prints, ends the process or
 * reads the command line. Every failure is a `ClusterError`.
 */
export class Cluster {
  readonly #opened: Opened;

  constructor(options: ClusterOptions) {
    this.#opened = openedBy(options);
  }

  /** Name of the stack. */
  get stack(): string {
    return this.#opened.file.stack;
  }

  /** Path of the stack file. */
  get stackFile(): string {
    const { stack, folder } = this.#opened.file;
    return path.join(folder, `Pulumi.${stack}.yaml`);
  }

  /** Everything that is wrong with the stack file; no host is touched. What is wrong is an answer and no error. */
  async validate(): Promise<ValidationReport> {
    return await failingTyped(async () => this.#checked());
  }

  /** What `up` would do, without touching a host. Status 4 of the outcome says that there is something to do, 5 that no host answered. */
  preview(options: RunOptions = {}): Run<RunEvent, RunOutcome> {
    return this.#run("preview", options);
  }

  /** Brings the cluster to what the stack file says. */
  up(options: RunOptions = {}): Run<RunEvent, RunOutcome> {
    return this.#run("up", options);
  }

  /** Reads every host, and records and tells what differs. */
  refresh(options: RunOptions = {}): Run<RunEvent, RunOutcome> {
    return this.#run("refresh", options);
  }

  /** How the cluster is, from the nodes themselves. A cluster that is not well is an answer; one of which no node answers is an error. */
  async status(): Promise<ClusterView> {
    return await failingTyped(async () => {
      const { stack } = this.#opened.file;
      const spec = this.#spec();
      const { lookAt } = await import("../status/look.js");
      const { view, anyone } = await lookAt(stack, spec, this.#onBehalf(unheard));
      if (!anyone) {
        const errors = view.nodes.map(({ node, detail }) => `${node}: ${detail}`);
        throw new ClusterError("unreachable", `No node of ${stack} answers. ${errors.join("; ")}`, {
          errors,
        });
      }
      return view;
    });
  }

  /**
   * One HTML page about the cluster as it is seen now, for people and for records. What could not be seen is said in it, also where no node
   * answers; it names addresses and weak points.
   */
  async report(): Promise<string> {
    return await failingTyped(async () => {
      const spec = this.#spec();
      const [{ gather }, { reportPage }] = await Promise.all([
        import("../report/gather.js"),
        import("../report/page.js"),
      ]);
      const { stack } = this.#opened.file;
      return reportPage(await gather(stack, spec, this.#checked(), this.#onBehalf(unheard)));
    });
  }

  /**
   * Proves on purpose that fencing, recovery or backups work, and leaves everything as it was. What it did not prove is an answer. Stopped by
   * the signal, it restores first, and its report says that it was interrupted.
   */
  drill(request: DrillRequest, { signal }: RunOptions = {}): Run<Message, DrillOutcome> {
    return new Run((tell) =>
      failingTyped(async () => {
        const order = drillOrderOf(request);
        const say = (text: string): void => tell({ type: "message", severity: "info", text });
        const [{ stageOf }, { carryOut }] = await Promise.all([
          import("../fence/stage.js"),
          import("../drill/carry-out.js"),
        ]);
        const onBehalf = this.#onBehalf(say);
        const staging = { say, json: true, forWhom: "drill", onBehalf };
        const { env, file } = this.#opened;
        const outcome = await stageOf(file, staging, (stage) =>
          carryOut(order, stage, {
            // The request has said that it is meant, or could not be made.
            confirm: () => Promise.resolve(),
            stops: bySignal(signal ?? new AbortController().signal),
          }),
        );
        keepDrill(stackFolder(file.stack, env), file.stack, outcome, say);
        return outcome;
      }),
    );
  }

  #run(verb: Verb, options: RunOptions): Run<RunEvent, RunOutcome> {
    return startRun(
      verb,
      async (watcher) => {
        const { isValid, findings } = this.#checked();
        if (!isValid) {
          throw wrongFile(this.stackFile, findings);
        }
        const { runWithHosts } = await import("../engine/run-with-hosts.js");
        return await runWithHosts({ verb, ...this.#opened, today: today() }, watcher);
      },
      options,
    );
  }

  #spec(): ClusterSpec {
    const { stack, folder } = this.#opened.file;
    const found = readStackFile(stack, today(), folder);
    if (found.kind === "wrong") {
      throw new ClusterError("badInput", found.text.trimEnd(), { findings: found.findings });
    }
    return found.spec;
  }

  #checked(): ValidationReport {
    const { stack, folder } = this.#opened.file;
    if (!existsSync(folder)) {
      throw new ClusterError("badInput", `There is no folder ${folder} for ${this.stackFile}.`);
    }
    const { reports, failed } = checkFiles({
      targets: [stack],
      directory: folder,
      project: folder,
      today: today(),
      recorded: (one) => recordedCephNames(this.#opened.env, one),
    });
    const [report] = reports;
    if (report === undefined) {
      throw new Error(`nothing was said of ${this.stackFile}`);
    }
    return { ...report, file: this.stackFile, isValid: !failed };
  }

  #onBehalf(say: (line: string) => void): OnBehalf {
    const { env, file } = this.#opened;
    return { env, log: logOf(env, stackFolder(file.stack, env), say) };
  }
}

/** Beside the stack's own files, unless the environment names a place: the folder of this process is the caller's. */
function logOf(env: NodeJS.ProcessEnv, folder: string, say: (line: string) => void): FileRunLog {
  return runLogFromEnvironment({ ...env, PROXMOX_HA_RUN_LOG: runLogFile(folder, env) }, say);
}

const unheard = (): void => undefined;

const today = (): string => new Date().toISOString().slice(0, 10);

function wrongFile(file: string, findings: ValidationReport["findings"]): ClusterError {
  const wrong = findings.filter(({ severity }) => severity === "error");
  const errors = wrong.map(({ line = 1, what, fix }) => `${file}:${line}: ${what} ${fix}`);
  return new ClusterError("badInput", errors.join("\n"), { errors, findings });
}

async function failingTyped<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (thrown) {
    throw asClusterError(thrown);
  }
}
