import { systemClock } from "../../dynamic-providers/transport/base/clock.js";
import type { Stoppable } from "../engine/stops.js";
import type { Stage } from "../fence/stage.js";
import type { Crew } from "./crew.js";
import { HEARD_EVERY_S, HEARD_SCRIPT, RESTORED_AFTER_MIN } from "./record.js";

/** Work of which the keeper of its record hears while it goes on. Whoever stops it has it restored at once. */
export async function heeded<T>(
  stage: Stage,
  keeper: string,
  stops: Stoppable,
  work: (crew: Crew) => Promise<T>,
): Promise<T> {
  let doing = "the drill to begin";
  const { signal, over } = stops({
    say: stage.say,
    waitingFor: () => [{ text: doing }],
    leaving: `Left as it is: ${keeper} restores by itself ${RESTORED_AFTER_MIN} min after the begin, and the next drill does so at once.`,
  });
  const heard = setInterval(() => tellKeeper(stage, keeper), HEARD_EVERY_S * 1_000);
  try {
    return await work({
      looks: stage.looks,
      changes: stage.changes,
      step: (line) => {
        doing = line;
        stage.say(line);
      },
      clock: systemClock,
      signal,
    });
  } finally {
    clearInterval(heard);
    over();
  }
}

/** One word that does not arrive is no matter; the next one does. */
function tellKeeper({ changes }: Stage, keeper: string): void {
  changes(keeper)
    .run(HEARD_SCRIPT, { timeoutMs: 10_000, repeatable: false, verb: "say that the drill goes on" })
    .catch(() => undefined);
}
