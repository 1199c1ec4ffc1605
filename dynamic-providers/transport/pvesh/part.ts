/** What one command of a script came to. */
export interface PartResult {
  readonly status: number;
  readonly text: string;
  /** What the script complained about up to its end. */
  readonly errors: string;
}

/** One command of a script and how its answer is read. Several of them make one round trip. */
export interface Part<Answer> {
  /** What a person knows it by: "pvesh get /storage". */
  readonly name: string;
  readonly command: string;
  /** Whether something may be different afterwards. */
  readonly changes: boolean;
  /** Its failure is an answer too, so the script goes on. */
  readonly mayFail: boolean;
  /** @throws {Unread} when this is no answer */
  read(result: PartResult): Answer;
}

/** An answer that cannot be what was asked for. The message says what came instead. */
export class Unread extends Error {
  override readonly name = "Unread";
}

const LONGEST_SHOWN = 300;

/** The end of what was said, on one line. */
export function shown(text: string): string {
  const line = text
    .split("\n")
    .map((one) => one.trim())
    .filter((one) => one !== "")
    .join(" | ");
  return line.length > LONGEST_SHOWN ? `…${line.slice(-LONGEST_SHOWN)}` : line;
}

/** A command of the shell that changes something and says nothing; its failure ends the script. */
export function act(name: string, command: string): Part<void> {
  return { name, command, changes: true, mayFail: false, read: () => undefined };
}

/** A command of the shell that only looks, beside calls of the API. */
export function look<Answer>(
  name: string,
  command: string,
  read: (text: string) => Answer,
): Part<Answer> {
  return { name, command, changes: false, mayFail: false, read: ({ text }) => read(text) };
}
