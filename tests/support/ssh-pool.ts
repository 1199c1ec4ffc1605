import { Cancellation } from "../../dynamic-providers/transport/base/cancellation.js";
import { policies, systemClock } from "../../dynamic-providers/transport/base/clock.js";
import { FileRunLog } from "../../dynamic-providers/transport/base/run-log.js";
import { Secret } from "../../dynamic-providers/transport/base/secret.js";
import type { SshConnection } from "../../dynamic-providers/transport/ssh/connection.js";
import { SshPool } from "../../dynamic-providers/transport/ssh/pool.js";
import type { RunOptions, RunResult } from "../../dynamic-providers/transport/ssh/run-options.js";

/** A pool as the provider's process has one, with everything that it says kept for looking. */
export class TestPool {
  readonly said: string[] = [];
  readonly asked: string[] = [];
  readonly cancellation = new Cancellation();
  readonly log = new FileRunLog({
    file: undefined,
    trace: true,
    now: Date.now,
    print: (line) => this.said.push(line),
  });
  readonly pool: SshPool;

  constructor(
    env: Readonly<Record<string, string>> = {},
    times: {
      readonly timeoutMs?: number;
      readonly loginMs?: number;
      readonly keepAliveMs?: number;
    } = {},
  ) {
    this.pool = new SshPool({
      dial: {
        resolve: async (reference) => {
          const name = "env" in reference ? reference.env : "";
          this.asked.push(name);
          return new Secret(env[name] ?? "");
        },
        timeoutMs: times.timeoutMs ?? 20_000,
        loginMs: times.loginMs,
        keepAliveMs: times.keepAliveMs ?? 5_000,
      },
      connect: { ...policies.connect, attempts: 3, firstDelayMs: 100 },
      clock: systemClock,
      log: this.log,
      cancellation: this.cancellation,
    });
  }

  run(
    connection: SshConnection,
    script: string,
    options: Partial<RunOptions> = {},
  ): Promise<RunResult> {
    const owner = { resource: "test", changes: () => false };
    return this.pool
      .session(connection)
      .shellFor(owner)
      .run(script, { timeoutMs: 30_000, repeatable: false, verb: "test step", ...options });
  }

  close(): void {
    this.pool.close();
  }
}
