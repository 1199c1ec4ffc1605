import type { ExitStatus } from "./exit-status.js";

export type Verb = "preview" | "up" | "refresh";

/** What a run came to. */
export interface RunOutcome {
  readonly status: ExitStatus;
  readonly verb: Verb;
  readonly stack: string;
  readonly changes: Readonly<Record<string, number>>;
  readonly errors: readonly string[];
  readonly seconds: number;
  readonly outputs: Readonly<Record<string, unknown>>;
  /** File with every remote step, once there is one. */
  readonly runLog: string;
}
