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

/** Takes the lines one by one to the end of each, so that nothing flickers, and what is left of a longer look away. */
const inPlace = (text: string): string => `\u001b[H${text.replaceAll("\n", "\u001b[K\n")}\u001b[J`;

/** How long ago, and since when by a host's clock: that passes, and nothing has changed by it. */
const PASSING = /\bseen \d+ (?:s|min|h) ago|\b[A-Z][a-z]{2} [A-Z][a-z]{2} +\d+ [\d:]{8} \d{4}\b/g;

/** A terminal shows the last look in the place of the one before; a file or a pipe gets what has changed. */
export function screenWriter(
  { terminal, write, time }: WatchScreen,
  everySeconds: number,
): (text: string) => void {
  let before: string | undefined;
  return (text) => {
    const lasting = text.replaceAll(PASSING, "");
    if (terminal) {
      const closing = `${time()}, looked at every ${everySeconds} s. Ctrl-C ends this.`;
      write(`${before === undefined ? "\u001b[2J" : ""}${inPlace(`${text}\n${closing}\n`)}`);
    } else if (lasting !== before) {
      write(`${before === undefined ? "" : "\n"}== ${time()}\n${text}`);
    }
    before = lasting;
  };
}
