import { Failure } from "../../config/failure/failure.js";
import { sh } from "../transport/ssh/quoting.js";
import { type Clock, expectSuccess, type HostShell, look } from "./shell.js";
import { until } from "./until.js";

/**
 * Long work on a host runs as a systemd unit of its own: a lost connection, a closed laptop or a killed controller do
 * not stop it half-way, and the next run finds it still going and waits for it instead of starting it twice.
 */
export interface Job {
  /** Unit name without `.service`; the same work always has the same one. */
  readonly unit: string;
  readonly script: string;
  /** What it does, in the user's words: "installing packages". */
  readonly doing: string;
  readonly deadlineMs: number;
  /** Hears the end of what it printed at each look while it runs. */
  readonly told?: (log: string) => void;
}

/** A look stays on the host for so long while the job runs: a minute of work is a few questions then, and no second is lost. */
const HELD_S = 10;
/** Installing packages keeps a host so busy that a look takes its time. */
const ANSWERED_MS = 60_000;
const DIR = "/var/lib/proxmox-ha/jobs";

/** Starts the job unless it runs, waits for its end, and returns what it printed. */
export async function runJob(job: Job, shell: HostShell, clock: Clock): Promise<string> {
  const started = await shell.run(startScript(job), {
    timeoutMs: 30_000,
    // Starting is guarded by the unit's name: a second start while it runs changes nothing.
    repeatable: true,
    verb: job.doing,
  });
  expectSuccess(started, {
    tried: `to start ${job.doing}`,
    node: shell.node,
    doNext: "Look at `systemctl status` and the free space there, then run `pulumi up` again.",
  });
  const { status, log } = await jobEnded(job, shell, clock);
  if (status !== 0) {
    const endOfLog = log.trim().split("\n").slice(-8).join(" | ");
    throw new Failure("failed", {
      tried: job.doing,
      where: shell.node,
      cameBack: `${endOfLog || "no output"} (exit status ${status ?? "unknown"})`,
      doNext: "Mend what is named, then run `pulumi up` again.",
    });
  }
  return log;
}

/** Waits for a job that somebody has started; one that does not run has ended. */
export async function jobEnded(
  job: Omit<Job, "script">,
  shell: HostShell,
  clock: Clock,
): Promise<JobState> {
  const waited = await until(
    async () => {
      const state = parseState(
        await look(shell, {
          script: stateScript(job.unit),
          timeoutMs: ANSWERED_MS + HELD_S * 1_000,
          verb: `wait for ${job.doing}`,
        }),
      );
      if (state.running) {
        job.told?.(state.log);
      }
      return state;
    },
    ({ running }) => !running,
    { deadlineMs: job.deadlineMs, everyMs: 1_000, clock },
  );
  if (waited.last.running) {
    throw new Failure("failed", {
      tried: job.doing,
      where: shell.node,
      cameBack: `not finished after ${Math.round(job.deadlineMs / 1000)} s; it goes on there as ${job.unit}.service`,
      doNext: `Look at \`journalctl -u ${job.unit}\` and ${DIR}/${job.unit}.log on the node; the next run waits for it again.`,
    });
  }
  return waited.last;
}

/** Shell that starts the job. */
export function startScript(job: Job): string {
  return [
    "export LC_ALL=C",
    sh`exec 9>/run/lock/${job.unit}.lock && flock -w 10 9 || exit 75`,
    sh`case "$(systemctl show -p ActiveState --value ${job.unit}.service)" in active|activating) exit 0;; esac`,
    sh`systemctl reset-failed ${job.unit}.service 2>/dev/null`,
    sh`mkdir -p -m 700 ${DIR} && rm -f ${DIR}/${job.unit}.status ${DIR}/${job.unit}.log`,
    sh`printf '%s\\n' "export LC_ALL=C" ${job.script} > ${DIR}/${job.unit}.sh`,
    sh`systemd-run --quiet --collect --unit=${job.unit} /bin/sh -c 'bash ${DIR}/${job.unit}.sh > ${DIR}/${job.unit}.log 2>&1 < /dev/null; echo $? > ${DIR}/${job.unit}.status'`,
  ].join("\n");
}

function stateScript(unit: string): string {
  return [
    "export LC_ALL=C",
    sh`for i in $(seq ${HELD_S}); do case "$(systemctl show -p ActiveState --value ${unit}.service)" in active|activating|deactivating) sleep 1;; *) break;; esac; done`,
    sh`systemctl show -p ActiveState --value ${unit}.service`,
    sh`cat ${DIR}/${unit}.status 2>/dev/null || echo none`,
    sh`tail -n 40 ${DIR}/${unit}.log 2>/dev/null || true`,
  ].join("\n");
}

export interface JobState {
  readonly running: boolean;
  /** Exit status; undefined when the job ended without writing one (the host went down). */
  readonly status: number | undefined;
  readonly log: string;
}

/** Reads the state script's output. */
export function parseState(output: string): JobState {
  const [state = "", status = "", ...log] = output.split("\n");
  const running = state === "active" || state === "activating" || state === "deactivating";
  return {
    running,
    status: /^\d+$/.test(status.trim()) ? Number(status.trim()) : undefined,
    log: log.join("\n"),
  };
}
