import { randomUUID } from "node:crypto";
import { hostname } from "node:os";
import { Failure } from "../../config/failure/failure.js";
import { expectSuccess, look } from "../../dynamic-providers/shell/shell.js";
import type { Stage } from "../fence/stage.js";
import {
  EXIT_OTHER_RUN,
  HEARD_EVERY_MS,
  parseJournal,
  READ_JOURNAL,
  REMOVE_JOURNAL,
  writeJournalScript,
} from "./journal.js";

/** The journal of the run at hand: it says every few seconds that it goes on, so that another run knows whether to take over. */
export class Logbook {
  private readonly run = randomUUID();
  private last: Promise<unknown> = Promise.resolve();
  private heartbeat: NodeJS.Timeout | undefined;
  private node = "";
  private done: readonly string[] = [];

  constructor(
    private readonly stage: Stage,
    /** Members that can write it. */
    private readonly members: readonly string[],
  ) {}

  /** Takes the turn, which no other run has meanwhile. */
  async open(done: readonly string[]): Promise<void> {
    this.done = done;
    await this.write(this.run);
    this.heartbeat = setInterval(() => {
      // One word that does not get through is none too few; several are, and then another run may take over.
      this.write(this.run).catch(() => undefined);
    }, HEARD_EVERY_MS);
  }

  async begin(node: string): Promise<void> {
    this.node = node;
    await this.write(this.run);
  }

  async finish(node: string): Promise<void> {
    this.node = "";
    this.done = [...this.done, node];
    await this.write(this.run);
  }

  /** With all done nothing is left of it; else the next run goes on at once. */
  async close(isAllDone: boolean): Promise<void> {
    clearInterval(this.heartbeat);
    if (isAllDone) {
      await this.last;
      await this.change(REMOVE_JOURNAL);
      return;
    }
    // What stopped the run is to be told, and not this: a run that says nothing counts as dead after a minute.
    await this.write("").catch(() => undefined);
  }

  private async write(run: string): Promise<void> {
    const { node, done } = this;
    const script = writeJournalScript({ run, on: hostname(), node, done }, this.run);
    // One after the other: the last one that was meant is the one that stays.
    const turn = this.last.then(() => this.change(script));
    this.last = turn.catch(() => undefined);
    await turn;
  }

  /** By any member but the one that may be starting anew. */
  private async change(script: string): Promise<void> {
    const able = this.members.filter((name) => name !== this.node);
    for (const [at, name] of able.entries()) {
      try {
        await this.changeBy(name, script);
        return;
      } catch (thrown) {
        const isLast = at === able.length - 1;
        if (isLast || !(thrown instanceof Failure) || thrown.kind !== "unreachable") {
          throw thrown;
        }
      }
    }
  }

  private async changeBy(name: string, script: string): Promise<void> {
    const verb = "keep the upgrade's journal";
    const written = await this.stage
      .changes(name)
      .run(script, { timeoutMs: 45_000, repeatable: true, verb });
    if (written.status === EXIT_OTHER_RUN) {
      throw new Failure("refused", {
        tried: "upgrade",
        where: name,
        cameBack: `another upgrade is going on: it was heard of ${written.stdout.trim()} s ago`,
        doNext: "Wait for its end. One that has died is taken over after a minute.",
      });
    }
    expectSuccess(written, {
      tried: `to ${verb}`,
      node: name,
      doNext:
        "Look at `pvecm status` there, then run `upgrade` again: it goes on from where it was.",
    });
  }
}

/** What an earlier run has left, by whom nothing was said of its end. */
export async function leftByEarlier(
  stage: Stage,
  member: string,
): Promise<ReturnType<typeof parseJournal>> {
  const said = await look(stage.looks(member), {
    script: READ_JOURNAL,
    verb: "read the upgrade's journal",
    timeoutMs: 20_000,
  });
  return parseJournal(said);
}
