import type { Context, Host, Runtime } from "../../dynamic-providers/kit/runtime.js";
import { Cancellation } from "../../dynamic-providers/transport/base/cancellation.js";
import type { Clock } from "../../dynamic-providers/transport/base/clock.js";
import { NamedLocks } from "../../dynamic-providers/transport/base/mutex.js";
import type { RunLog } from "../../dynamic-providers/transport/base/run-log.js";

/** A runtime with one host for a provider that needs neither the API nor a secret; what it says goes to `say`. */
export function fakeRuntime(
  resource: string,
  fake: Pick<Host, "node" | "run"> & Partial<Pick<Host, "place">>,
  clock: Clock,
  say: (line: string) => void = () => undefined,
): Runtime {
  const { node, place = node } = fake;
  const host: Host = {
    node,
    place,
    run: (script, options) => fake.run(script, options),
    once: (_name, ask) => ask(),
    forget: () => undefined,
  };
  const log: RunLog = {
    say,
    step: () => undefined,
    changes: () => undefined,
    count: () => undefined,
    trace: () => undefined,
    counters: () => ({}),
  };
  const context: Context = {
    resource,
    host: () => host,
    newLogin: () => ({ ...host, close: () => undefined }),
    api: () => {
      throw new Error(`${resource} needs no API`);
    },
    secret: () => Promise.reject(new Error(`${resource} needs no secret`)),
    locks: new NamedLocks(),
    clock,
    log,
    cancellation: new Cancellation(),
    deadlineAt: clock.now() + 600_000,
  };
  return { context: () => context, configure: () => undefined, clock, log };
}
