import { setTimeout as sleep } from "node:timers/promises";

/** How a screen that is looked at again and again is shown. */
export interface WatchScreen {
  readonly terminal: boolean;
  readonly write: (text: string) => void;
  /** Of the wall, for a person. */
  readonly time: () => string;
}

/** Looks until it is stopped, and shows each look; returns the last one. A look that is under way comes to its end. */
export async function watch<Look>(
  look: () => Promise<Look>,
  everyMs: number,
  stop: AbortSignal,
  show: (look: Look) => void,
): Promise<Look> {
  for (;;) {
    const seen = await look();
    if (!stop.aborted) {
      show(seen);
      await sleep(everyMs, undefined, { signal: stop }).catch(() => undefined);
    }
    if (stop.aborted) {
      return seen;
    }
  }
}

/** A terminal shows the last look in the place of the one before; a file or a pipe gets what has changed. */
export function screenWriter(
  { terminal, write, time }: WatchScreen,
  everySeconds: number,
): (text: string) => void {
  let before: string | undefined;
  return (text) => {
    if (terminal) {
      write(
        `\u001b[H\u001b[2J${text}\n${time()}, looked at every ${everySeconds} s. Ctrl-C ends this.\n`,
      );
    } else if (text !== before) {
      write(`${before === undefined ? "" : "\n"}== ${time()}\n${text}`);
    }
    before = text;
  };
}
