/** What this needs of the process. */
interface Signals {
  on(signal: "SIGINT" | "SIGTERM", listener: () => void): unknown;
  off(signal: "SIGINT" | "SIGTERM", listener: () => void): unknown;
}

export interface InterruptAnswers {
  readonly say: (line: string) => void;
  /** What the run waits for by now, in words. */
  readonly waitingFor: () => readonly string[];
  readonly leave: () => void;
}

/**
 * Every Ctrl-C is answered: the first one stops the run, the second one says what it waits for, the third one leaves. Nothing on a
 * host is killed: a whole change is better than half of one.
 */
export class Interrupts {
  private readonly controller = new AbortController();
  private count = 0;

  constructor(private readonly answers: InterruptAnswers) {}

  get signal(): AbortSignal {
    return this.controller.signal;
  }

  get interrupted(): boolean {
    return this.count > 0;
  }

  listen(signals: Signals): () => void {
    const answer = (): void => this.answer();
    signals.on("SIGINT", answer);
    signals.on("SIGTERM", answer);
    return () => {
      signals.off("SIGINT", answer);
      signals.off("SIGTERM", answer);
    };
  }

  answer(): void {
    this.count += 1;
    const { say, waitingFor, leave } = this.answers;
    if (this.count === 1) {
      say("Stopping: no new step starts; steps under way on hosts come to their end.");
      this.controller.abort();
      return;
    }
    if (this.count === 2) {
      const steps = waitingFor();
      const what = steps.length === 0 ? "the engine to write down what was done" : steps.join("; ");
      say(
        `Waiting for ${what}. Once more leaves at once; the engine then ends by itself and holds the stack until it has.`,
      );
      return;
    }
    leave();
  }
}
