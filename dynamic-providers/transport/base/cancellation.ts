import { setMaxListeners } from "node:events";
import { Failure } from "../../../config/failure/failure.js";

interface RunningStep {
  readonly verb: string;
  readonly where: string;
}

/** The one place that knows what runs where, and that can make everybody stop waiting for it. */
export class Cancellation {
  private readonly controller = new AbortController();
  private readonly steps = new Set<RunningStep>();

  constructor() {
    // Everything that waits listens, and a refresh of a few hosts waits for more than the ten that Node warns of.
    setMaxListeners(0, this.signal);
  }

  get signal(): AbortSignal {
    return this.controller.signal;
  }

  /** What was sent to a host and has not answered yet. */
  running(): readonly RunningStep[] {
    return [...this.steps];
  }

  /** Stops all waiting. What already runs on a host is not killed: half a change is worse than a whole one. */
  cancel(reason: string): void {
    if (this.controller.signal.aborted) {
      return;
    }
    const still = this.running().map(({ verb, where }) => `"${verb}" on ${where}`);
    this.controller.abort(
      new Failure("failed", {
        tried: "to finish the run",
        where: "",
        cameBack: `${reason}; ${still.length === 0 ? "nothing runs on any host" : `still running: ${still.join(", ")}`}`,
        doNext: "Run `pulumi up` again: it looks at what is there and finishes the rest.",
      }),
    );
  }

  /** Waits for a step unless the run is cancelled meanwhile. */
  async waitFor<T>(step: RunningStep, work: () => Promise<T>): Promise<T> {
    this.signal.throwIfAborted();
    this.steps.add(step);
    let onAbort: (() => void) | undefined;
    const cancelled = new Promise<never>((_, reject) => {
      onAbort = () => reject(this.signal.reason);
      this.signal.addEventListener("abort", onAbort, { once: true });
    });
    try {
      return await Promise.race([work(), cancelled]);
    } finally {
      this.steps.delete(step);
      if (onAbort !== undefined) {
        this.signal.removeEventListener("abort", onAbort);
      }
    }
  }
}
