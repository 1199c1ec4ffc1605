import { WATCHDOG_IDENTITIES } from "../../config/hardware/watchdogs.js";

/** What a host shows of its watchdog. */
export interface WatchdogFacts {
  /** What systemd says of watchdog-mux: "active", "failed". */
  readonly mux: string;
  /** As watchdog-mux named it when it opened it; empty when its journal is gone. */
  readonly opened: string;
  /** Identities and states of the kernel's watchdogs: "iTCO_wdt active". */
  readonly kernel: readonly string[];
}

/** Shell commands by the parts that they answer. */
export const WATCHDOG_QUESTIONS = {
  mux: "systemctl is-active watchdog-mux",
  opened:
    "journalctl -b -u watchdog-mux -o cat --no-pager | grep -o \"Watchdog driver '[^']*'\" | tail -n 1",
  kernel:
    'for d in /sys/class/watchdog/*; do test -e "$d" && echo "$(cat "$d/identity") $(cat "$d/state")"; done',
} as const;

export interface WatchdogVerdict {
  readonly met: boolean;
  readonly said: string;
}

/**
 * Whether a watchdog is fed that will reset the node. A driver other than the wanted one comes with the next start, which the host
 * phase asks for; it guards until then.
 */
export function judgeWatchdog(
  node: string,
  module: string,
  { mux, opened, kernel }: WatchdogFacts,
): WatchdogVerdict {
  if (mux !== "active") {
    return { met: false, said: `${node}: watchdog-mux is ${mux === "" ? "not there" : mux}` };
  }
  const driver =
    /'([^']*)'/.exec(opened)?.[1] ?? kernel.find((one) => one.endsWith(" active"))?.slice(0, -7);
  if (driver === undefined) {
    return {
      met: false,
      said: `${node}: watchdog-mux runs, and neither its journal nor the kernel shows a watchdog that it feeds`,
    };
  }
  const wanted = WATCHDOG_IDENTITIES[module];
  const other =
    wanted === undefined || wanted.includes(driver)
      ? ""
      : ` instead of ${module}, which takes a restart of the host`;
  return { met: true, said: `watchdog-mux feeds '${driver}'${other}` };
}
