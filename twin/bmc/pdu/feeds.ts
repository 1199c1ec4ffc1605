import type { PowerState, PowerSwitch } from "../power.js";

/** What hangs on the power of a node beside the host: its management controllers. */
export interface Powered {
  unplug(unplugged: boolean): void;
}

/**
 * The feeds of one node, over all units. Without the last one the host stops and its controllers are dead; with the first one again
 * they are back, and the host starts, as firmware does that is set to come up with its power.
 */
export class NodeFeeds {
  readonly #states = new Map<string, PowerState>();
  readonly #host: PowerSwitch;
  readonly #beside: Powered[] = [];
  readonly #listeners: (() => void)[] = [];
  #running: Promise<void> = Promise.resolve();
  #lastError: string | undefined;

  constructor(host: PowerSwitch) {
    this.#host = host;
  }

  add(feed: string): void {
    this.#states.set(feed, "on");
  }

  onChange(listener: () => void): void {
    this.#listeners.push(listener);
  }

  hang(powered: Powered): void {
    this.#beside.push(powered);
  }

  state(feed: string): PowerState {
    return this.#states.get(feed) ?? "off";
  }

  get lastError(): string | undefined {
    return this.#lastError;
  }

  /** Shows as done when it is done: whoever reads off may rely on the host being off. */
  request(feed: string, wanted: PowerState): void {
    this.#running = this.#running
      .then(() => this.#change(feed, wanted))
      .then(
        () => {
          this.#lastError = undefined;
        },
        (error: unknown) => {
          this.#lastError = error instanceof Error ? error.message : String(error);
        },
      );
  }

  async #change(feed: string, wanted: PowerState): Promise<void> {
    const fed = this.#fed();
    const after = [...this.#states].some(([one, state]) =>
      one === feed ? wanted === "on" : state === "on",
    );
    if (fed && !after) {
      for (const one of this.#beside) one.unplug(true);
      await this.#host.act("off");
    }
    this.#states.set(feed, wanted);
    for (const listener of this.#listeners) listener();
    if (!fed && after) {
      for (const one of this.#beside) one.unplug(false);
      await this.#host.act("on");
    }
  }

  #fed(): boolean {
    return [...this.#states.values()].includes("on");
  }
}
