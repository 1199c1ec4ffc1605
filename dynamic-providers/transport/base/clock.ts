import type { Failure } from "../../../config/failure/failure.js";

/** Time, so that tests need not wait for it. */
export interface Clock {
  now(): number;
  /** Rejects with the reason of the signal when that is raised first. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  sleep: (ms, signal) =>
    new Promise((resolve, reject) => {
      if (signal?.aborted) {
        reject(signal.reason);
        return;
      }
      const onAbort = (): void => {
        clearTimeout(timer);
        reject(signal?.reason);
      };
      const timer = setTimeout(() => {
        signal?.removeEventListener("abort", onAbort);
        resolve();
      }, ms);
      signal?.addEventListener("abort", onAbort, { once: true });
    }),
};

/** The day that this instant lies in, as consents name days. */
export function dayOf(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}

/** Retries, back-off and the end of all patience, by one name for each kind of work. */
export interface Policy {
  readonly deadlineMs: number;
  readonly attempts: number;
  readonly firstDelayMs: number;
  readonly factor: number;
  readonly longestDelayMs: number;
}

export const policies = {
  connect: {
    deadlineMs: 90_000,
    attempts: 6,
    firstDelayMs: 500,
    factor: 2,
    longestDelayMs: 10_000,
  },
  api: { deadlineMs: 120_000, attempts: 8, firstDelayMs: 500, factor: 2, longestDelayMs: 8_000 },
  secrets: { deadlineMs: 60_000, attempts: 8, firstDelayMs: 200, factor: 2, longestDelayMs: 5_000 },
  reboot: {
    deadlineMs: 900_000,
    attempts: 900,
    firstDelayMs: 1_000,
    factor: 1.3,
    longestDelayMs: 5_000,
  },
} as const satisfies Readonly<Record<string, Policy>>;

/** Tries again while `again` says that it is safe and worth it. The last error is the one that is thrown. */
export async function retry<T>(
  work: (attempt: number) => Promise<T>,
  again: (thrown: unknown) => boolean,
  policy: Policy,
  clock: Clock,
  signal?: AbortSignal,
): Promise<T> {
  const start = clock.now();
  let delayMs = policy.firstDelayMs;
  for (let attempt = 1; ; attempt++) {
    try {
      return await work(attempt);
    } catch (thrown) {
      const late = clock.now() - start + delayMs > policy.deadlineMs;
      if (attempt >= policy.attempts || late || !again(thrown)) {
        throw thrown;
      }
    }
    await clock.sleep(delayMs, signal);
    delayMs = Math.min(delayMs * policy.factor, policy.longestDelayMs);
  }
}

/** How often a question is asked, and for how long. */
type Pace = Pick<Policy, "deadlineMs" | "firstDelayMs" | "factor" | "longestDelayMs">;

/** The last answer, and whether it was the one that was waited for. */
interface Waited<T> {
  readonly ok: boolean;
  readonly last: T;
  readonly waitedMs: number;
}

/** Asks again until the answer is good or the deadline has passed; the caller judges the last answer. */
export function until<T>(
  ask: () => Promise<T>,
  good: (answer: T) => boolean,
  policy: { readonly deadlineMs: number; readonly everyMs: number; readonly clock: Clock },
): Promise<Waited<T>> {
  const { deadlineMs, everyMs, clock } = policy;
  const pace = { deadlineMs, firstDelayMs: everyMs, factor: 1, longestDelayMs: everyMs };
  return askUntil(ask, good, pace, clock);
}

/** The same for callers to whom anything but a good answer is an error. */
export async function poll<T>(
  ask: () => Promise<T>,
  good: (answer: T) => boolean,
  policy: Pace,
  failure: (last: T, waitedMs: number) => Failure,
  clock: Clock,
  signal?: AbortSignal,
): Promise<T> {
  const { ok, last, waitedMs } = await askUntil(ask, good, policy, clock, signal);
  if (!ok) {
    throw failure(last, waitedMs);
  }
  return last;
}

async function askUntil<T>(
  ask: () => Promise<T>,
  good: (answer: T) => boolean,
  { deadlineMs, firstDelayMs, factor, longestDelayMs }: Pace,
  clock: Clock,
  signal?: AbortSignal,
): Promise<Waited<T>> {
  const start = clock.now();
  for (let delayMs = firstDelayMs; ; delayMs = Math.min(delayMs * factor, longestDelayMs)) {
    const last = await ask();
    const waitedMs = clock.now() - start;
    const ok = good(last);
    if (ok || waitedMs + delayMs > deadlineMs) {
      return { ok, last, waitedMs };
    }
    await clock.sleep(delayMs, signal);
  }
}
