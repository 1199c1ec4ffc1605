import { Failure } from "../../config/failure/failure.js";

/** Also of a command that is written wrongly. */
export const EXIT_USER_PROBLEM = 2;

export function print(text: string): void {
  process.stdout.write(text.endsWith("\n") ? text : `${text}\n`);
}

/** A problem of the user is a sentence and exit code 2; everything else is a fault of the program. */
export function guarded<A extends unknown[]>(work: (...args: A) => Promise<number | undefined>) {
  return async (...args: A): Promise<void> => {
    try {
      process.exitCode = (await work(...args)) ?? 0;
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      process.stderr.write(`${error.message}\n`);
      process.exitCode = EXIT_USER_PROBLEM;
    }
  };
}
