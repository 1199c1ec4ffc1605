import type { Finished } from "../../../twin/testing/index.js";
import { eventually } from "../../../twin/testing/index.js";
import type { ProgramTwin } from "./program-twin.js";
import type { RemoteStep } from "./run-log-file.js";

/** What is lost in the middle of an `up`: the controller is killed, a host loses its power for a moment, or both at once. */
export interface Loss {
  readonly kind: "controller" | "host" | "both";
  readonly node: string;
  /** A connection that breaks on the way there; the program opens it again where that is safe. */
  readonly ssh?: { readonly node: string; readonly command: number };
}

export interface Cut extends Loss {
  /** After so many remote steps of the run. */
  readonly step: number;
}

export interface CutRun {
  readonly finished: Finished;
  /** Remote steps that had ended when it was over. */
  readonly steps: number;
  readonly lastStep: string;
  /** Whether the run came to the point of the cut at all. */
  readonly reached: boolean;
}

export function lossText({ kind, node, ssh }: Loss): string {
  const lost = [
    ...(kind === "host" ? [] : ["controller killed"]),
    ...(kind === "controller" ? [] : [`${node} reset`]),
  ].join(" and ");
  const broken = ssh === undefined ? "" : `, ssh to ${ssh.node} cut in its command ${ssh.command}`;
  return `${lost}${broken}`;
}

/** A remote step by what it does, whatever run it belongs to. */
export function stepName({ host, resource, verb }: RemoteStep): string {
  return `${verb} (${host}, ${resource})`;
}

/** One `up` with a cut after so many steps; returns when the run has ended in whatever way. */
export async function runWithCut(twin: ProgramTwin, cut: Cut): Promise<CutRun> {
  const { finished, steps } = await runUntilLost(twin, cut, (log) => log.length >= cut.step);
  const last = steps.at(-1);
  return {
    finished,
    steps: steps.length,
    lastStep: last === undefined ? "none" : stepName(last),
    reached: steps.length >= cut.step,
  };
}

/** One `up` in which the loss happens as soon as its steps say so. */
export async function runUntilLost(
  twin: ProgramTwin,
  loss: Loss,
  now: (steps: readonly RemoteStep[]) => boolean,
): Promise<{ readonly finished: Finished; readonly steps: readonly RemoteStep[] }> {
  if (loss.ssh !== undefined) {
    await twin.twin(["fault", twin.name, "ssh-drop", loss.ssh.node, String(loss.ssh.command)]);
  }
  const { running, log } = twin.startRun("up");
  let ended = false;
  const finished = running.finished.finally(() => {
    ended = true;
  });
  await eventually(
    () => ended || now(log.ownSteps()),
    () => "the step to be cut after never came",
    300_000,
  );
  if (!ended) {
    if (loss.kind !== "host") {
      running.kill();
    }
    if (loss.kind !== "controller") {
      await twin.twin(["power", twin.name, loss.node, "reset"]);
    }
  }
  const done = await finished;
  if (loss.ssh !== undefined) {
    await twin.twin(["heal", twin.name]);
  }
  return { finished: done, steps: log.ownSteps() };
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
