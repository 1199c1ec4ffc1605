import type { Waiting } from "./waiting.js";

/** What this needs of the process. */
interface Signals {
  on(signal: "SIGINT" | "SIGTERM", listener: () => void): unknown;
  off(signal: "SIGINT" | "SIGTERM", listener: () => void): unknown;
}

export interface InterruptAnswers {
  readonly say: (line: string) => void;
  /** What the run waits for by now, in words. */
  readonly waitingFor: () => readonly Waiting[];
  /** What becomes of everything when somebody leaves at once, where it is not the engine's to end. */
  readonly leaving?: string | undefined;
  readonly leave: () => void;
}

/** `npx` hands on the Ctrl-C that the terminal has sent to all of them: one press comes twice, within a moment. */
const ONE_PRESS_MS = 500;

/**
 * The first Ctrl-C stops the run and says what goes on until then, the second one leaves. Nothing on a host is killed but hooks: a whole change
 * is better than half of one.
 */
export class Interrupts {
  private readonly controller = new AbortController();
  private firstAt: number | undefined;

  constructor(
    private readonly answers: InterruptAnswers,
    private readonly now: () => number,
  ) {}

  get signal(): AbortSignal {
    return this.controller.signal;
  }

  get interrupted(): boolean {
    return this.firstAt !== undefined;
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
    if (this.firstAt === undefined) {
      this.firstAt = this.now();
      this.tellWhatGoesOn();
      this.controller.abort();
    } else if (this.now() - this.firstAt >= ONE_PRESS_MS) {
      const { say, leaving, leave } = this.answers;
      if (leaving !== undefined) {
        say(leaving);
      }
      leave();
    }
  }

  private tellWhatGoesOn(): void {
    const { say, waitingFor, leaving } = this.answers;
    const steps = waitingFor();
    const engine = leaving === undefined;
    say("Stopping: no new step starts; steps under way on hosts come to their end.");
    if (steps.length > 0) {
      say("Goes on until then:");
    } else if (engine) {
      say("Goes on until then: the engine, which writes down what was done.");
    }
    for (const step of steps) {
      say(`  ${step.text}`);
    }
    if (steps.some(({ atStop }) => atStop === "lets go")) {
      say("But for what only waits for something to hold: it ends with its next look.");
    }
    if (steps.some(({ atStop }) => atStop === "is cut")) {
      say("But for the hook: Pulumi stops it in the middle, and the next run starts it anew.");
    }
    say(
      engine
        ? "Ctrl-C once more leaves at once; the engine then ends by itself and holds the stack until it has."
        : "Ctrl-C once more leaves at once.",
    );
  }
}
