import { z } from "zod";
import { Failure } from "../../../config/failure/failure.js";
import type { Clock } from "../base/clock.js";
import { poll } from "../base/clock.js";

const status = z.object({ status: z.string(), exitstatus: z.string().optional() });
const log = z.array(z.object({ t: z.string().nullish() }));
const LINES_SHOWN = 8;

/** What following a task needs of the API. */
export interface TaskReader {
  get(path: string, parameters?: Readonly<Record<string, string | number>>): Promise<unknown>;
}

export interface TaskResult {
  readonly upid: string;
  readonly warnings: boolean;
}

/** The node on which a task runs, or undefined when the text is no task id. */
export function nodeOfTask(upid: string): string | undefined {
  return /^UPID:([^:]+):[0-9A-Fa-f]{8}:[0-9A-Fa-f]{8,9}:[0-9A-Fa-f]{8}:[^:]+:/.exec(upid)?.[1];
}

/** Waits for the end of a task. That the call was accepted proves nothing: the task's own end does. */
export async function followTask(
  api: TaskReader,
  upid: string,
  call: string,
  limits: { readonly deadlineMs: number; readonly clock: Clock; readonly signal: AbortSignal },
): Promise<TaskResult> {
  const node = nodeOfTask(upid);
  if (node === undefined) {
    throw new Failure("failed", {
      tried: `to follow the task of ${call}`,
      where: "the Proxmox API",
      cameBack: `the answer is no task id: ${upid.slice(0, 120)}`,
      doNext: "Report this together with the version of Proxmox VE.",
    });
  }
  const path = `/nodes/${node}/tasks/${encodeURIComponent(upid)}`;
  const ended = await poll(
    async () => status.parse(await api.get(`${path}/status`)),
    (seen) => seen.status !== "running",
    { deadlineMs: limits.deadlineMs, firstDelayMs: 250, factor: 1.5, longestDelayMs: 2_000 },
    (_last, waitedMs) =>
      new Failure("failed", {
        tried: `to wait for the end of ${call}`,
        where: node,
        cameBack: `the task still runs after ${Math.round(waitedMs / 1000)} s: ${upid}`,
        doNext: "Look at the task in the web interface; the next run goes on from what it finds.",
      }),
    limits.clock,
    limits.signal,
  );
  const exit = ended.exitstatus ?? "no exit status";
  const warnings = exit.startsWith("WARNINGS");
  if (exit === "OK" || warnings) {
    return { upid, warnings };
  }
  const lines = log.safeParse(await api.get(`${path}/log`, { start: 0, limit: 5000 }));
  const said = (lines.success ? lines.data : [])
    .map(({ t }) => (t ?? "").trim())
    .filter((line) => line !== "" && line !== `TASK ERROR: ${exit}`)
    .slice(-LINES_SHOWN);
  throw new Failure("failed", {
    tried: `the task of ${call}`,
    where: node,
    cameBack: `${exit}${said.length === 0 ? "" : ` (its log: ${said.join(" | ")})`}`,
    doNext: "Mend what is named, then run `pulumi up` again.",
  });
}
