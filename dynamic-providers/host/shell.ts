/** The one thing this domain needs of a transport: run a script on a host as root. */
export interface HostShell {
  readonly node: string;
  run(
    script: string,
    options: {
      readonly timeoutMs: number;
      /** Whether the transport may send it again after a broken connection. */
      readonly repeatable: boolean;
      /** For the live view and the run's log: what this step does. */
      readonly verb: string;
    },
  ): Promise<ShellResult>;
}

export interface ShellResult {
  readonly status: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Clock {
  now(): number;
  sleep(ms: number): Promise<void>;
}

/** What a step was when it failed; the provider turns it into the error that the user reads. */
export class StepFailure extends Error {
  override readonly name = "StepFailure";
  constructor(
    readonly tried: string,
    readonly node: string,
    readonly cameBack: string,
    readonly doNext: string,
  ) {
    super(`${tried} on ${node}: ${cameBack}. ${doNext}`);
  }
}

/** The last lines of what a command said, for an error that a person reads. */
export function lastWords(result: ShellResult, lines = 6): string {
  const text = `${result.stdout}\n${result.stderr}`
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "")
    .slice(-lines)
    .join(" | ");
  const status = result.status === undefined ? "no exit status" : `exit status ${result.status}`;
  return text === "" ? status : `${text} (${status})`;
}
