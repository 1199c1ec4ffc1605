/** At most `places` pieces of work at a time, first come, first served. With one place it is a lock. */
export class Places {
  private taken = 0;
  private readonly waiting: (() => void)[] = [];

  constructor(private readonly places: number) {}

  async hold<T>(work: () => Promise<T>): Promise<T> {
    if (this.taken >= this.places) {
      await new Promise<void>((resolve) => this.waiting.push(resolve));
    } else {
      this.taken++;
    }
    try {
      return await work();
    } finally {
      // The place passes straight to the next in line, so nobody can slip in between.
      const next = this.waiting.shift();
      if (next === undefined) {
        this.taken--;
      } else {
        next();
      }
    }
  }
}

/** One lock for each name. */
export class NamedLocks {
  private readonly locks = new Map<string, Places>();
  private readonly stopped = new Set<string>();

  hold<T>(name: string, work: () => Promise<T>): Promise<T> {
    let lock = this.locks.get(name);
    if (lock === undefined) {
      lock = new Places(1);
      this.locks.set(name, lock);
    }
    return lock.hold(work);
  }

  /** The same for work of which nothing goes on once one has failed: whoever waits then, or comes later, gets the refusal. */
  holdWhileWell<T>(name: string, work: () => Promise<T>, refusal: () => Error): Promise<T> {
    return this.hold(name, async () => {
      if (this.stopped.has(name)) {
        throw refusal();
      }
      try {
        return await work();
      } catch (thrown) {
        this.stopped.add(name);
        throw thrown;
      }
    });
  }
}
