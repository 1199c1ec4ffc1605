import type { Clock } from "../base/clock.js";
import { apart } from "./apart.js";
import type { RunOptions, RunResult } from "./run-options.js";

/** A look that may wait a moment for others at the same host. */
export interface Look {
  readonly script: string;
  readonly options: RunOptions;
  /** For whom. */
  readonly resource: string;
}

/** How looks get to the host. */
interface Way {
  send(look: Look): Promise<RunResult>;
  /** Whether what went wrong is the looks' common end and not the way to the host, so that each may be asked alone. */
  mayAskAlone(thrown: unknown): boolean;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

interface Round {
  readonly looks: Look[];
  /** By the number of a look in it. One that is missing is asked alone. */
  readonly answers: Promise<ReadonlyMap<number, RunResult>>;
}

/** The looks go out when so long nobody has come. */
const MOMENT_MS = 50;
/** A host with two processors answers so many at once about as fast as one. */
const AT_ONCE = 4;
/** Whoever has more patience, as for silent monitors of Ceph, would make the others wait as long. */
const MOST_PATIENCE_MS = 60_000;
/** The host itself keeps the time; this is for the way there and back. */
const SPARE_MS = 20_000;
const ALL_ALONE: ReadonlyMap<number, RunResult> = new Map();

/**
 * The looks at one host that come within a moment of each other, sent in one round trip. Each has its answer as if it had been asked
 * alone, and is asked alone where it had none in company.
 */
export class Gathering {
  private round: Round | undefined;

  constructor(private readonly way: Way) {}

  /** What neither changes anything nor reads something nor prints what must not be seen, and has an end soon. */
  static takes({
    repeatable,
    stdin,
    confidential,
    maxOutputBytes,
    timeoutMs,
  }: RunOptions): boolean {
    const plain = stdin === undefined && confidential === undefined && maxOutputBytes === undefined;
    return repeatable && plain && timeoutMs <= MOST_PATIENCE_MS;
  }

  async run(look: Look): Promise<RunResult> {
    this.round ??= this.newRound();
    const { looks, answers } = this.round;
    const at = looks.push(look) - 1;
    return (await answers).get(at) ?? (await this.way.send(look));
  }

  private newRound(): Round {
    const looks: Look[] = [];
    return { looks, answers: this.answersTo(looks) };
  }

  private async answersTo(looks: readonly Look[]): Promise<ReadonlyMap<number, RunResult>> {
    // Whoever began the round is in it before the moment is over.
    let there = 1;
    try {
      for (;;) {
        await this.way.clock.sleep(MOMENT_MS, this.way.signal);
        if (looks.length === there) {
          break;
        }
        there = looks.length;
      }
    } finally {
      this.round = undefined;
    }
    return looks.length === 1 ? ALL_ALONE : await this.inCompany(looks);
  }

  private async inCompany(looks: readonly Look[]): Promise<ReadonlyMap<number, RunResult>> {
    const all = apart(
      looks.map(({ script, options }) => ({
        script,
        seconds: Math.ceil(options.timeoutMs / 1_000),
      })),
      AT_ONCE,
    );
    const options: RunOptions = {
      timeoutMs: all.seconds * 1_000 + SPARE_MS,
      repeatable: true,
      verb: namesOf(looks.map(({ options: { verb } }) => verb)),
      maxOutputBytes: all.maxOutputBytes,
    };
    const resource = namesOf(looks.map((look) => look.resource));
    try {
      const { status, stdout } = await this.way.send({ script: all.script, options, resource });
      return status === 0 ? all.read(stdout) : ALL_ALONE;
    } catch (thrown) {
      if (this.way.mayAskAlone(thrown)) {
        return ALL_ALONE;
      }
      throw thrown;
    }
  }
}

/** For the log of a round trip that was made for several. */
const namesOf = (names: readonly string[]): string => [...new Set(names)].join("; ");
