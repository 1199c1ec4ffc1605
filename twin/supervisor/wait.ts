import { setTimeout as sleep } from "node:timers/promises";
import type { EngineTwin } from "../engines/engine.js";
import type { HostPlan } from "../plan/twin-plan.js";
import { attempt } from "../process/run.js";
import { readIfThere } from "../process/write-whole.js";

const REACHABLE_TIMEOUT_MS = 120_000;

/**
 * Reads the first letters of a greeting. Without `--norc`, bash takes a socket as standard input for a remote login where no
 * other shell stands above it, as under cron, and runs the user's start-up file first, however long that takes.
 */
export function greetingProbe(ip: string, port: number): readonly string[] {
  const script = `exec 3<>/dev/tcp/${ip}/${port} && head -c 4 <&3`;
  return ["timeout", "2", "bash", "--norc", "-c", script];
}

/** Waits until a host's sshd greets the controller, which is what the program sees first. */
export async function untilReachable(twin: EngineTwin, host: HostPlan): Promise<void> {
  const deadline = Date.now() + REACHABLE_TIMEOUT_MS;
  for (;;) {
    const { stdout } = await attempt([
      ...twin.enter("controller"),
      ...greetingProbe(host.address.ip, 22),
    ]);
    if (stdout === "SSH-") return;
    if (Date.now() > deadline) {
      throw new Error(
        `${host.name} does not answer on ${host.address.ip} port 22 after ${REACHABLE_TIMEOUT_MS / 1000} s\n` +
          (await whatItSays(twin, host)),
      );
    }
    await sleep(200);
  }
}

const LOOK_INSIDE = [
  "cd /",
  "systemctl list-jobs --no-pager --no-legend",
  "systemctl --failed --no-pager --no-legend --plain",
  "ip -brief address",
  "ss -ltn 'sport = :22'",
  "journalctl --no-pager --priority warning --lines 20 --output cat",
].join("; ");

/** A twin that does not start is cleared away with its logs, so its error carries what they would have told. */
async function whatItSays(twin: EngineTwin, host: HostPlan): Promise<string> {
  const machine = twin.hosts.get(host.name);
  if (machine === undefined) return `the engine made no ${host.name}`;
  const inside =
    machine.state() === "on"
      ? await machine.exec(["sh", "-c", LOOK_INSIDE]).then(
          ({ stdout, stderr }) => `inside it:\n${stdout}${stderr}`,
          (error: unknown) => `nothing runs inside it: ${String(error)}\n`,
        )
      : "";
  const spoken = readIfThere(machine.consoleLog)?.trim().split("\n").slice(-15).join("\n");
  return `it is ${machine.state()}; ${inside}its console: ${spoken ?? "empty"}`;
}
