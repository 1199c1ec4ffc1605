/** How a script is to be run on a host. */
export interface RunOptions {
  readonly timeoutMs: number;
  /** Whether the transport may send it again after a broken connection. */
  readonly repeatable: boolean;
  /** For the live view and the run's log: what this step does. */
  readonly verb: string;
  /** What the script reads from its standard input. Files and secrets travel here. */
  readonly stdin?: Buffer | undefined;
  /** More output than this ends the step with an error. */
  readonly maxOutputBytes?: number | undefined;
  /** The script prints a secret: neither trace nor error shows what it printed. */
  readonly confidential?: true | undefined;
  /** Nobody changes anything meanwhile, so it may wait a moment and go out with other resources' looks at the host. */
  readonly withOthers?: true | undefined;
}

export interface RunResult {
  readonly status: number | undefined;
  readonly signal: string | undefined;
  readonly stdout: string;
  readonly stderr: string;
  /** Set for a confidential step, so that who words an error knows. */
  readonly confidential?: true;
}

/** Stands where the output of a confidential step would. */
export const NOT_SHOWN = "(output not shown)";

/** A host as domains see it. */
export interface Shell {
  readonly node: string;
  run(script: string, options: RunOptions): Promise<RunResult>;
}
