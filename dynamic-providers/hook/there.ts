import { execFileSync } from "node:child_process";
import { Cancellation } from "../transport/base/cancellation.js";
import { policies, systemClock } from "../transport/base/clock.js";
import { runLogFromEnvironment } from "../transport/base/run-log.js";
import { SecretResolver } from "../transport/secrets/resolver.js";
import { ParameterStore } from "../transport/secrets/ssm.js";
import type { SshConnection } from "../transport/ssh/connection.js";
import { SshPool } from "../transport/ssh/pool.js";
import { sh } from "../transport/ssh/quoting.js";
import type { EndOfCommand } from "./here.js";
import type { HookRequest } from "./schema.js";

const HANDSHAKE_TIMEOUT_MS = 15_000;
const KEEP_ALIVE_MS = 5_000;
/** After its deadline a command is asked to end, and this much later it is ended. */
const GRACE_S = 5;
/** What `timeout` answers for a command that it asked to end, and for one that it had to kill. */
const ENDED = [124, 137];

/** Runs a command on a node by the way that every resource takes: pinned host key, jump host, key or agent. */
export async function runThere(
  command: string,
  connection: SshConnection,
  { deadlineMs, when, phase, place, stack, ssm }: HookRequest,
): Promise<EndOfCommand> {
  const clock = systemClock;
  const resolver = new SecretResolver({
    store: new ParameterStore(ssm ?? {}, clock),
    stackConfig: (key) => encryptedValue(stack, key),
    env: process.env,
  });
  const cancellation = new Cancellation();
  const pool = new SshPool({
    dial: {
      resolve: (reference) => resolver.resolve(reference),
      timeoutMs: HANDSHAKE_TIMEOUT_MS,
      keepAliveMs: KEEP_ALIVE_MS,
    },
    connect: policies.connect,
    clock,
    log: runLogFromEnvironment(),
    cancellation,
  });
  const interrupted = (): void => cancellation.cancel("the run was interrupted");
  process.on("SIGINT", interrupted).on("SIGTERM", interrupted);
  try {
    const began = clock.now();
    const result = await pool
      .session(connection)
      .shellFor({ resource: place, changes: () => true })
      .run(timedScript(deadlineMs), {
        // The node ends it, with all that it started; this is for a node that is gone meanwhile.
        timeoutMs: deadlineMs + 2 * GRACE_S * 1_000,
        repeatable: false,
        verb: `run the hook ${when} the phase ${phase}`,
        stdin: Buffer.from(command),
      });
    const late = ENDED.includes(result.status ?? 0) && clock.now() - began >= deadlineMs;
    return { ...result, late };
  } finally {
    pool.close();
  }
}

/** The command comes over standard input and stands in no list of processes; it reads nothing itself. */
function timedScript(deadlineMs: number): string {
  return sh`timeout --kill-after=${GRACE_S} ${deadlineMs / 1_000} bash <(cat) < /dev/null`;
}

/** The engine hands its configuration to providers only, so this process asks Pulumi itself, as a person would. */
function encryptedValue(stack: string, key: string): string | undefined {
  try {
    return execFileSync("pulumi", ["config", "get", `proxmox-ha:${key}`, "--stack", stack], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    }).trimEnd();
  } catch {
    return undefined;
  }
}
