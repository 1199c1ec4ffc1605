import type { Failure } from "../../config/failure/failure.js";
import { type Change, renderChanges } from "./change.js";
import type { CommonInputs } from "./common-inputs.js";
import { notTrampled, refuseTrampling, trampledBy } from "./decide.js";
import type { Definition } from "./definition.js";
import { isFresh } from "./fresh.js";
import type { Context } from "./runtime.js";

/** What a first look says of a thing that is there before the program came: as it will be taken over, or why not. */
export function announceTakingOver(
  subject: string,
  changes: readonly Change<unknown>[],
  wanted: Pick<CommonInputs, "adopt" | "consent">,
  { clock, log }: Pick<Context, "clock" | "log">,
): void {
  refuseTrampling(changes, wanted, subject, clock.now());
  log.say(
    changes.length === 0
      ? `${subject}: on the cluster already, and as wanted; taken over as it is.`
      : `${subject}: on the cluster already, and changed (there -> wanted): ${renderChanges(changes)}.`,
  );
}

interface Refused {
  readonly subject: string;
  readonly differences: string;
}

/** The engine ends at the first refusal, and a person wants to know of all; so the next gate refuses them together. */
const refused = new WeakMap<Context["locks"], Refused[]>();

/**
 * By the look and the plan of the resource itself, so that the preview says what its work would do. What is not there yet is no news; a
 * cluster that does not answer is asked by the work.
 */
export async function foreseeTakingOver<
  Inputs extends CommonInputs,
  State extends CommonInputs,
  Facts,
  Step,
>(
  definition: Pick<
    Definition<Inputs, State, Facts, Step>,
    "remember" | "observe" | "plan" | "subject"
  >,
  wanted: Inputs,
  context: Context,
): Promise<void> {
  if (isFresh(context)) {
    return;
  }
  const state = definition.remember(wanted);
  const facts = await definition.observe(state, context, wanted).then(
    (found) => ({ found }),
    () => undefined,
  );
  if (facts === undefined) {
    return;
  }
  const subject = definition.subject(state);
  const changes = definition.plan(state, facts.found, undefined);
  const trampled = trampledBy(changes, wanted, context.clock.now());
  if (trampled.length > 0) {
    const before = refused.get(context.locks) ?? [];
    refused.set(context.locks, [...before, { subject, differences: renderChanges(trampled) }]);
  } else if (changes.length === 0 || changes.some(({ kind }) => kind !== "add")) {
    announceTakingOver(subject, changes, wanted, context);
  }
}

/** It has been taken over after all, as when something before it has changed it. */
export function takenOver({ locks }: Pick<Context, "locks">, subject: string): void {
  const all = refused.get(locks) ?? [];
  refused.set(
    locks,
    all.filter((one) => one.subject !== subject),
  );
}

/** Everything of this run that stands otherwise than the file has it. */
export function refusedTakingOver({ locks }: Pick<Context, "locks">): Failure | undefined {
  const all = refused.get(locks) ?? [];
  return all.length === 0
    ? undefined
    : notTrampled(
        all.map(({ subject }) => subject).join(", "),
        all.map(({ subject, differences }) => `${subject} [${differences}]`).join(", "),
      );
}
