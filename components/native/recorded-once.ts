import * as pulumi from "@pulumi/pulumi";
import { describeThrown } from "../../config/failure/failure.js";
import type { ConnectionPlan } from "../../config/plan/connections.js";
import { askFromProgram } from "../../dynamic-providers/kit/program-host.js";
import type { NativeWish } from "../../dynamic-providers/native/native-schema.js";
import { clearUnrecorded } from "../../dynamic-providers/native/unrecorded.js";

const DEADLINE_MS = 180_000;

/**
 * For what the native provider makes. A run that is killed after the provider's call and before the engine's record leaves a thing
 * that no state knows; the hook runs when the engine is about to make it once more.
 */
export function recordedOnce(
  founder: ConnectionPlan,
  wish: NativeWish,
): pulumi.ResourceHookBinding {
  return {
    beforeCreate: [
      async ({ name }) => {
        try {
          await askFromProgram(
            {
              connection: { ...founder },
              what: name,
              deadlineMs: DEADLINE_MS,
              config: (key) => pulumi.runtime.getConfig(key),
            },
            (host) => clearUnrecorded(host, [wish]),
          );
        } catch (thrown) {
          throw new Error(describeThrown(thrown));
        }
      },
    ],
  };
}
