import type { Clock } from "./shell.js";

/** Asks again until the answer is good or the deadline has passed; the last answer says which. */
export async function until<T>(
  ask: () => Promise<T>,
  good: (answer: T) => boolean,
  policy: { readonly deadlineMs: number; readonly everyMs: number; readonly clock: Clock },
): Promise<{ readonly ok: boolean; readonly last: T; readonly waitedMs: number }> {
  const start = policy.clock.now();
  for (;;) {
    const last = await ask();
    const waitedMs = policy.clock.now() - start;
    if (good(last)) {
      return { ok: true, last, waitedMs };
    }
    if (waitedMs + policy.everyMs > policy.deadlineMs) {
      return { ok: false, last, waitedMs };
    }
    await policy.clock.sleep(policy.everyMs);
  }
}
