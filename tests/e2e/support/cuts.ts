import { eventually } from "../../support/eventually.js";
import type { Finished } from "./command.js";
import type { ProgramTwin } from "./program-twin.js";

/** One `up` that does not come to its end, because the controller is killed or a host loses its power. */
export interface Cut {
  readonly kind: "controller" | "host";
  /** After so many remote steps of the run. */
  readonly step: number;
  readonly node: string;
  /** A connection that breaks on the way there; the program opens it again where that is safe. */
  readonly ssh?: { readonly node: string; readonly command: number };
}

export interface CutRun {
  readonly finished: Finished;
  /** Remote steps that had ended when it was over. */
  readonly steps: number;
  readonly lastStep: string;
  /** Whether the run came to the point of the cut at all. */
  readonly reached: boolean;
}

export function cutText({ kind, step, node, ssh }: Cut): string {
  const lost = kind === "controller" ? "controller killed" : `${node} reset`;
  const broken = ssh === undefined ? "" : `, ssh to ${ssh.node} cut in its command ${ssh.command}`;
  return `${lost} after step ${step}${broken}`;
}

/** One `up` with a cut in it; returns when the run has ended in whatever way. */
export async function runWithCut(twin: ProgramTwin, cut: Cut): Promise<CutRun> {
  if (cut.ssh !== undefined) {
    await twin.twin(["fault", twin.name, "ssh-drop", cut.ssh.node, String(cut.ssh.command)]);
  }
  const { running, log } = twin.startRun("up");
  let ended = false;
  const finished = running.finished.finally(() => {
    ended = true;
  });
  await eventually(
    () => ended || log.steps().length >= cut.step,
    () => `step ${cut.step} never came`,
    300_000,
  );
  if (!ended) {
    await (cut.kind === "controller"
      ? running.kill()
      : twin.twin(["power", twin.name, cut.node, "reset"]));
  }
  const done = await finished;
  if (cut.ssh !== undefined) {
    await twin.twin(["heal", twin.name]);
  }
  const steps = log.steps();
  const last = steps.at(-1);
  return {
    finished: done,
    steps: steps.length,
    lastStep: last === undefined ? "none" : `${last.verb} (${last.host})`,
    reached: steps.length >= cut.step,
  };
}

/** Numbers that look random and are the same for the same seed (mulberry32). */
export function seeded(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}
