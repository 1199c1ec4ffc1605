import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { ClusterSpec } from "../../config/schema/cluster.js";
import { Cancellation } from "../../dynamic-providers/transport/base/cancellation.js";
import { systemClock } from "../../dynamic-providers/transport/base/clock.js";
import {
  type RunLog,
  runLogFromEnvironment,
} from "../../dynamic-providers/transport/base/run-log.js";
import { SecretResolver } from "../../dynamic-providers/transport/secrets/resolver.js";
import { ParameterStore } from "../../dynamic-providers/transport/secrets/ssm.js";
import type { SshConnection } from "../../dynamic-providers/transport/ssh/connection.js";
import { SshPool } from "../../dynamic-providers/transport/ssh/pool.js";
import type { Shell } from "../../dynamic-providers/transport/ssh/run-options.js";
import { oneTry, traceless } from "../../dynamic-providers/transport/ssh/traceless.js";

/** Hosts by their names. */
export type ShellOf = (node: string) => Shell;

/** Hosts as somebody sees them who comes by: nothing is installed on them and nothing is recorded here. */
export interface Onlooker {
  /** For whom is what the run's log calls the one that comes; most only look. */
  shell(connection: SshConnection, forWhom: string, what?: "looks" | "changes"): Shell;
  readonly resolver: SecretResolver;
  leave(): void;
}

/** For whom somebody looks: their environment, and where what is done is written down. */
export interface OnBehalf {
  readonly env: NodeJS.ProcessEnv;
  readonly log: RunLog;
}

/** Of the person at the command line. */
const ofThisProcess = (): OnBehalf => ({ env: process.env, log: runLogFromEnvironment() });

/** One try for each host: a dead one costs its patience and nothing else. */
export function onlooker(
  spec: Pick<ClusterSpec, "secrets">,
  patienceMs: number,
  stackConfig: (key: string) => string | undefined,
  loginMs?: number,
  { env, log }: OnBehalf = ofThisProcess(),
): Onlooker {
  const clock = systemClock;
  const resolver = new SecretResolver({
    store: new ParameterStore(spec.secrets.ssm ?? {}, clock),
    stackConfig,
    env,
  });
  const pool = new SshPool({
    dial: {
      resolve: (reference) => resolver.resolve(reference),
      timeoutMs: patienceMs,
      loginMs,
      keepAliveMs: patienceMs,
      passesBy: true,
    },
    connect: oneTry(patienceMs),
    clock,
    log,
    cancellation: new Cancellation(),
    leavesNoKey: true,
  });
  const scratch = mkdtempSync(path.join(tmpdir(), "proxmox-ha-look-"));
  return {
    shell: (connection, forWhom, what = "looks") =>
      pool
        .session(traceless(connection, scratch))
        .shellFor({ resource: forWhom, changes: () => what === "changes" }),
    resolver,
    leave: () => {
      pool.close();
      rmSync(scratch, { recursive: true, force: true });
    },
  };
}
