import { setTimeout as sleep } from "node:timers/promises";

/** Operations on the whole twin happen one after the other. */
export class Turns {
  #last: Promise<unknown> = Promise.resolve();

  next<Result>(work: () => Promise<Result>): Promise<Result> {
    const result = this.#last.then(work);
    this.#last = result.catch(() => undefined);
    return result;
  }

  /** For what ends the twin: what is under way may hang on a host that answers no more, and ends with it. */
  async last<Result>(waitAtMostMs: number, work: () => Promise<Result>): Promise<Result> {
    const waiting = new AbortController();
    await Promise.race([
      this.#last,
      sleep(waitAtMostMs, undefined, { signal: waiting.signal }).catch(() => undefined),
    ]);
    waiting.abort();
    return work();
  }
}
