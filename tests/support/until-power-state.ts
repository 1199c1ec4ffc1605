import { setTimeout as delay } from "node:timers/promises";
import type {
  PowerController,
  PowerState,
} from "../../dynamic-providers/transport/power/power-controller.js";
import { PowerError } from "../../dynamic-providers/transport/power/power-error.js";

/**
 * Polls until the device reports the state twice in a row, because some firmware answers from a cache. A busy or
 * silent device is asked again until the time is over; a refused login or a wrong machine ends it at once.
 */
export async function untilPowerState(
  controller: Pick<PowerController, "state">,
  wanted: Exclude<PowerState, "unknown">,
  options: { readonly timeoutMs: number; readonly everyMs?: number },
): Promise<void> {
  const { timeoutMs, everyMs = 1000 } = options;
  const deadline = performance.now() + timeoutMs;
  let seen = 0;
  let last = "no answer";
  while (seen < 2) {
    try {
      last = await controller.state();
      seen = last === wanted ? seen + 1 : 0;
    } catch (error) {
      if (!(error instanceof PowerError) || !passing(error)) throw error;
      last = error.message;
      seen = 0;
    }
    if (seen < 2 && performance.now() + everyMs > deadline) {
      throw new PowerError({
        failure: "timeout",
        tried: `waiting for the machine to be ${wanted} within ${timeoutMs / 1000} s`,
        where: "its power device",
        cameBack: `the last thing it said was: ${last}.`,
        doNext: "Do not take the machine for switched; use the next power device or look at it.",
      });
    }
    if (seen < 2) await delay(everyMs);
  }
}

function passing({ failure }: PowerError): boolean {
  return failure === "unreachable" || failure === "timeout" || failure === "busy";
}
