import type { Host } from "../kit/runtime.js";
import { runJob } from "../shell/job.js";
import type { Clock } from "../shell/shell.js";
import type { EndedTask } from "../transport/pvesh/calls.js";
import type { Part } from "../transport/pvesh/part.js";
import { answersOf, scriptOf } from "../transport/pvesh/script.js";

/** One change of Ceph on one host. */
export interface CephStep {
  /** The same work always has the same unit, so that a run after a cut one waits for it. */
  readonly unit: string;
  /** "making the monitor of frege" */
  readonly doing: string;
  /** What Proxmox expects to find there. */
  readonly before?: readonly Part<unknown>[];
  readonly task: Part<EndedTask>;
  readonly deadlineMs: number;
  readonly doNext: string;
}

/**
 * Proxmox's task is started and followed by the host itself: half a monitor or half an OSD is worse than none, so neither a lost
 * connection nor a killed run may end it in between.
 */
export async function runCephStep(step: CephStep, host: Host, clock: Clock): Promise<void> {
  const { unit, doing, before = [], task, deadlineMs, doNext } = step;
  const parts = [...before, task];
  const job = { unit, doing, deadlineMs, script: scriptOf(parts) };
  const log = await runJob(job, host, clock).finally(() => host.forget());
  const said = answersOf(
    parts,
    { status: 0, signal: undefined, stdout: `${log}\n`, stderr: "" },
    { tried: doing, node: host.node, doNext },
  );
  said.of(task);
}
