import { z } from "zod";
import { get } from "../../dynamic-providers/transport/pvesh/calls.js";
import { type Part, Unread } from "../../dynamic-providers/transport/pvesh/part.js";

/** Calls of the API in the doctor's script, which has marks of its own: whatever else a node can't say, the rest counts. */
export const SUBSCRIPTION = get("/nodes/localhost/subscription", z.object({ status: z.string() }));

/** What such a call was answered; undefined when that is no whole answer. */
export function answerOf<Answer>(call: Part<Answer>, text: string): Answer | undefined {
  try {
    return call.read({ status: 0, text, errors: "" });
  } catch (thrown) {
    if (thrown instanceof Unread) {
      return undefined;
    }
    throw thrown;
  }
}
