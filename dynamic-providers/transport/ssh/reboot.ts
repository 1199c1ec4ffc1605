import { Failure } from "../../../config/failure/failure.js";
import { type Clock, type Policy, policies, poll } from "../base/clock.js";
import { look } from "./look.js";
import type { Shell } from "./run-options.js";

interface Rebootable extends Shell {
  readonly place: string;
}

/** The number that the kernel draws at each start; the only proof that a host has really been down. */
export async function bootId(host: Shell): Promise<string> {
  const script = "cat /proc/sys/kernel/random/boot_id";
  return (await look(host, { script, verb: "read the boot id", timeoutMs: 10_000 })).trim();
}

/** Restarts a host and waits until it answers with another boot id. */
export async function rebootAndWait(
  host: Rebootable,
  clock: Clock,
  signal: AbortSignal,
  policy: Policy = policies.reboot,
): Promise<string> {
  const before = await bootId(host);
  await host.run("systemd-run --quiet --on-active=1 systemctl reboot", {
    timeoutMs: 20_000,
    repeatable: false,
    verb: "reboot",
  });
  return await awaitReboot(host, before, clock, signal, policy);
}

/** Waits for a start that was asked for elsewhere, for example at the host's power controller. */
export async function awaitReboot(
  host: Rebootable,
  before: string,
  clock: Clock,
  signal: AbortSignal,
  policy: Policy = policies.reboot,
): Promise<string> {
  let said = "it still runs with its old boot id";
  return await poll(
    async () => {
      try {
        return await bootId(host);
      } catch (thrown) {
        signal.throwIfAborted();
        if (!(thrown instanceof Failure)) {
          throw thrown;
        }
        said = thrown.cameBack;
        return "";
      }
    },
    (now) => now !== "" && now !== before,
    policy,
    (_last, waitedMs) =>
      new Failure("unreachable", {
        tried: "to wait for the restart",
        where: host.place,
        cameBack: `not back after ${Math.round(waitedMs / 1000)} s: ${said}`,
        doNext: "Look at its console. When it is up again, run `pulumi up` again.",
      }),
    clock,
    signal,
  );
}
