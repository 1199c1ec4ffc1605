import { seconds } from "../findings/figures.js";
import type { ClusterPlan } from "./cluster.js";
import { columns } from "./describe-text.js";
import { type FencePath, onlyItsWatchdog, waysTo } from "./fence.js";

/** What stops a node that has fallen silent: its own watchdog always, its peers where it has a device. */
export function describeFencing({ fencing }: Pick<ClusterPlan, "fencing">): string[] {
  const { used, watchdogOnly, timing } = fencing;
  return [
    ...(used.length === 0
      ? []
      : [
          `a node that is out of the cluster for ${seconds(timing.delayMs)} is switched off by another one; each device gets ${seconds(timing.offTimeoutMs)}`,
        ]),
    ...columns(
      used.map((device) => [
        device.node,
        `${device.kind} ${device.address}${device.strip === undefined ? "" : ` ${device.strip.outlets.join("+")}`}`,
        `level ${device.level}`,
        [...new Set(waysTo(device, fencing).map(({ path }) => wayOf(path)))].join(", "),
      ]),
    ),
    ...watchdogOnly.map(onlyItsWatchdog),
  ];
}

function wayOf(path: FencePath): string {
  switch (path.kind) {
    case "direct":
      return `on ${path.network}`;
    case "route":
      return `over ${path.network} through ${path.via}`;
    case "gateway":
      return `through the gateway ${path.via}`;
    case "none":
      return "by no known way";
  }
}
