import type { EngineProvider } from "./engine.js";

/** What the engine has asked and nobody has answered yet. A process that is asked to end has nothing to wait for when there is none. */
export class Answers {
  #open = 0;
  #waiting: (() => void)[] = [];

  /** The same provider, whose answers are waited for. */
  counted(provider: EngineProvider): EngineProvider {
    return {
      configure: (request) => this.#answered(provider.configure(request)),
      check: (olds, news) => this.#answered(provider.check(olds, news)),
      diff: (id, olds, news) => this.#answered(provider.diff(id, olds, news)),
      create: (news) => this.#answered(provider.create(news)),
      read: (id, props) => this.#answered(provider.read(id, props)),
      update: (id, olds, news) => this.#answered(provider.update(id, olds, news)),
      delete: (id, props) => this.#answered(provider.delete(id, props)),
    };
  }

  /** Comes when every question has its answer, a failure included. */
  async allOut(): Promise<void> {
    if (this.#open > 0) {
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
  }

  async #answered<T>(answer: Promise<T>): Promise<T> {
    this.#open += 1;
    try {
      return await answer;
    } finally {
      this.#open -= 1;
      if (this.#open === 0) {
        const waiting = this.#waiting;
        this.#waiting = [];
        for (const tell of waiting) {
          tell();
        }
      }
    }
  }
}
