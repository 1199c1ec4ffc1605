import { list } from "../findings/enumeration.js";
import { type CodeTable, type Draft, drafter } from "../findings/finding.js";
import type { Ceph } from "./ceph-osds.js";
import type { Facts } from "./facts.js";

export const speedCodes = {
  "ceph/slow-network": {
    severity: "error",
    about:
      "Ceph would have 1 Gbit/s or less: each write waits for a copy that crosses it, and a lost disk takes a day to heal.",
  },
  "ceph/slow-network-accepted": {
    severity: "warning",
    about: "A slow network of Ceph was accepted: guests feel each healing of data.",
  },
} as const satisfies CodeTable;
const draft = drafter(speedCodes);

const SLOW_MBIT = 1_000;

/** One network for everything on a port of 1 Gbit/s is how a first try looks, and nobody should get there without having said so. */
export function speedDrafts({ nodes, portsUnder }: Facts, ceph: Ceph): Draft[] {
  const slow = nodes.flatMap(({ name, hardware }) => {
    const speedOf = (network: string): number | undefined => {
      const speeds = portsUnder(network, name).map(
        (port) => hardware.nics.find((nic) => nic.name === port)?.speedMbit,
      );
      return speeds.length === 0 || speeds.includes(undefined)
        ? undefined
        : speeds.reduce<number>((sum, speed) => sum + (speed ?? 0), 0);
    };
    return [ceph.publicNetwork, ceph.clusterNetwork ?? ceph.publicNetwork].flatMap((network) => {
      const speed = speedOf(network);
      return speed === undefined || speed > SLOW_MBIT ? [] : [{ name, network, speed }];
    });
  });
  const [first] = slow;
  if (first === undefined) {
    return [];
  }
  const { network, speed } = first;
  const names = [...new Set(slow.map(({ name }) => name))];
  // A terabyte at nine tenths of what the wire carries.
  const hours = (1e12 / ((speed * 1e6 * 0.9) / 8) / 3_600).toFixed(1);
  const key = ceph.publicNetwork === network ? "publicNetwork" : "clusterNetwork";
  const what = `${network} has ${speed} Mbit/s on ${list(names)}: healing 1 TB takes at least ${hours} hours there, beside what guests write.`;
  return ceph.slowNetworkAccepted
    ? [draft("ceph/slow-network-accepted", ["ceph", key], what, "Give Ceph a faster network.")]
    : [
        draft(
          "ceph/slow-network",
          ["ceph", key],
          what,
          "Give Ceph a network of 10 Gbit/s or more, or write `ceph.slowNetworkAccepted: true` if it is a test.",
        ),
      ];
}
