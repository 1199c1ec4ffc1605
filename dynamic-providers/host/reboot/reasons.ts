import { WATCHDOG_IDENTITIES } from "../../../config/hardware/watchdogs.js";
import type { RebootFacts } from "./facts.js";

/** What must be in effect. */
export interface RebootWish {
  readonly kernelParameters: readonly string[];
  readonly watchdog: string;
  readonly kernelPins: Readonly<Record<string, string>>;
}

/** Everything that only a start can bring, all reasons together, in words. */
export function rebootReasons(wish: RebootWish, facts: RebootFacts): string[] {
  return [
    ...names(facts),
    ...parameters(wish, facts),
    ...kernels(wish, facts),
    ...watchdog(wish, facts),
  ];
}

function names({ proxmoxName, hostName }: RebootFacts): string[] {
  return proxmoxName === "" || proxmoxName === hostName
    ? []
    : [`Proxmox still runs under the name ${proxmoxName}`];
}

/** A host without a boot loader (a container) cannot have any. */
function parameters({ kernelParameters }: RebootWish, facts: RebootFacts): string[] {
  return facts.bootLoader === "none"
    ? []
    : kernelParameters
        .filter((parameter) => !facts.runningParameters.includes(parameter))
        .map((parameter) => `the kernel runs without ${parameter}`);
}

/** Version 6.14.8-2 of the meta package brings the kernel 6.14.8-2-pve. */
function kernels({ kernelPins }: RebootWish, { kernel, bootLoader }: RebootFacts): string[] {
  const versions = Object.values(kernelPins);
  return bootLoader === "none" ||
    versions.length === 0 ||
    versions.some((version) => kernel === version || kernel.startsWith(`${version}-`))
    ? []
    : [`the kernel ${kernel} runs instead of ${versions.join(" or ")}`];
}

function watchdog(wish: RebootWish, { watchdogs }: RebootFacts): string[] {
  const identities = WATCHDOG_IDENTITIES[wish.watchdog];
  return identities === undefined ||
    watchdogs.length === 0 ||
    watchdogs.some((one) => identities.includes(one))
    ? []
    : [`the watchdog is ${watchdogs.join(", ")} instead of ${wish.watchdog}`];
}
