import { lastPhaseIn } from "../../config/phases.js";
import { demandNoPresence, demandPresence } from "../../dynamic-providers/kit/presence.js";

/** Nothing is left out of a run but by `--phase` and `--node` of the command line, which know what a part needs. */
export function demandWholeRun(env: NodeJS.ProcessEnv = process.env): void {
  if (lastPhaseIn(env) === undefined) {
    demandPresence();
  } else {
    demandNoPresence();
  }
}
