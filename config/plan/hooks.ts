import { createHash } from "node:crypto";
import type { PhaseName } from "../phases.js";
import type { ClusterSpec } from "../schema/cluster.js";

/** A command of the stack file that runs once between two phases. */
export interface HookPlan {
  /**
   * Made from what the hook does and from its triggers, and not from its place in the file: another text is another hook
   * and runs, while a hook that only moved is the one that ran already.
   */
  readonly name: string;
  /** Where it stands in the file: `hooks[2]`. */
  readonly place: string;
  readonly phase: PhaseName;
  readonly when: "before" | "after";
  readonly on: string;
  readonly command: string;
  readonly deadlineMs: number;
}

/** In the order of the file, which is the order in which those of one point run. */
export function planHooks(spec: ClusterSpec): HookPlan[] {
  const seen = new Map<string, number>();
  return spec.hooks.map(({ phase, when, on, command, triggers }, index) => {
    const digest = createHash("sha256")
      .update(JSON.stringify([command, triggers]))
      .digest("hex")
      .slice(0, 8);
    const stem = `${when}-${phase}-${on}-${digest}`;
    const count = (seen.get(stem) ?? 0) + 1;
    seen.set(stem, count);
    return {
      name: count === 1 ? stem : `${stem}-${count}`,
      place: `hooks[${index}]`,
      phase,
      when,
      on,
      command,
      deadlineMs: spec.deadlines.command,
    };
  });
}
