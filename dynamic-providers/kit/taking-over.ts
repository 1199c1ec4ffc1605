import { type Change, renderChanges } from "./change.js";
import type { CommonInputs } from "./common-inputs.js";
import { refuseTrampling } from "./decide.js";
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
      ? `${subject} is on the cluster already, and as wanted: it is taken over as it is.`
      : `${subject} is on the cluster already, and changed (there -> wanted): ${renderChanges(changes)}.`,
  );
}
