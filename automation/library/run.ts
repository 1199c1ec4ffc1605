/**
 * Work that is under way. It goes on whether anybody listens or not; whoever does, and however late, gets every event from the first
 * one on. After the last event the loop ends, or throws what the work has failed with.
 */
export class Run<Event, Outcome> implements AsyncIterable<Event> {
  /** What it came to in the end. */
  readonly done: Promise<Outcome>;
  readonly #told: Event[] = [];
  #ended = false;
  #news = bell();

  /** @param work is begun at once; it tells its events while it goes on */
  constructor(work: (tell: (event: Event) => void) => Promise<Outcome>) {
    const tell = (event: Event): void => {
      this.#told.push(event);
      this.#ring();
    };
    this.done = work(tell).finally(() => {
      this.#ended = true;
      this.#ring();
    });
    // Whoever only listens hears of a failure there.
    this.done.catch(() => undefined);
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Event, void, undefined> {
    for (let heard = 0; ; ) {
      const { ring } = this.#news;
      const news = this.#told.slice(heard);
      yield* news;
      heard += news.length;
      if (heard < this.#told.length) {
        continue;
      }
      if (this.#ended) {
        await this.done;
        return;
      }
      await ring;
    }
  }

  #ring(): void {
    const rung = this.#news;
    this.#news = bell();
    rung.pull();
  }
}

interface Bell {
  readonly ring: Promise<void>;
  readonly pull: () => void;
}

function bell(): Bell {
  let pull = (): void => undefined;
  const ring = new Promise<void>((resolve) => {
    pull = resolve;
  });
  return { ring, pull };
}
