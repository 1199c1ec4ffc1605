import { setTimeout as sleep } from "node:timers/promises";
import type { EngineTwin } from "../engines/engine.js";
import type { HostPlan } from "../plan/twin-plan.js";
import { attempt } from "../process/run.js";

const REACHABLE_TIMEOUT_MS = 120_000;

/** Waits until a host's sshd greets the controller, which is what the program sees first. */
export async function untilReachable(twin: EngineTwin, host: HostPlan): Promise<void> {
  const deadline = Date.now() + REACHABLE_TIMEOUT_MS;
  const greet = [
    ...twin.enter("controller"),
    "timeout",
    "2",
    "bash",
    "-c",
    `exec 3<>/dev/tcp/${host.address.ip}/22 && head -c 4 <&3`,
  ];
  for (;;) {
    const { stdout } = await attempt(greet);
    if (stdout === "SSH-") return;
    if (Date.now() > deadline) {
      throw new Error(
        `${host.name} does not answer on ${host.address.ip} port 22 after ${REACHABLE_TIMEOUT_MS / 1000} s; ` +
          `see \`twin console\` for what it said while it booted`,
      );
    }
    await sleep(200);
  }
}
