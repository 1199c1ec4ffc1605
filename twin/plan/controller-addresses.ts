import { contains, hostInNetwork, prefixLength } from "../../config/plan/address.js";
import type { ClusterSpec } from "../../config/schema/cluster.js";

type NetworkSpec = ClusterSpec["networks"][string];

const IS_ADDRESS = /^[0-9.]+$|:/;

/** Addresses at which hosts expect a router, a name server or a time server: all of them are the controller. */
export function servedAddresses(spec: ClusterSpec): string[] {
  return [...spec.base.dns, ...spec.base.ntp.filter((one) => IS_ADDRESS.test(one))];
}

/**
 * The controller stands where the router stands, so that a host finds its gateway alive. Where the file names no
 * router it takes the highest address that nobody else claims.
 */
export function controllerAddresses(
  network: NetworkSpec,
  served: readonly string[],
  claimed: ReadonlySet<string>,
): string[] {
  const { cidr, cidr6 } = network;
  const addresses: string[] = [];
  if (cidr !== undefined) {
    const wanted = [
      ...(network.gateway === undefined ? [] : [network.gateway]),
      ...network.routes.map((route) => route.via),
      ...served,
    ].filter((one) => contains(cidr, one) && !claimed.has(one));
    const own = wanted.length > 0 ? wanted : [highestFree(cidr, claimed)];
    addresses.push(...[...new Set(own)].map((one) => `${one}/${prefixLength(cidr)}`));
  }
  if (cidr6 !== undefined) {
    const own = network.gateway6 ?? hostInNetwork(cidr6, 0xfffe);
    addresses.push(`${own}/${prefixLength(cidr6)}`);
  }
  return addresses;
}

function highestFree(cidr: string, claimed: ReadonlySet<string>): string {
  const size = 2 ** (32 - prefixLength(cidr));
  for (let host = Math.min(size - 2, 65_000); host > 0; host -= 1) {
    const candidate = hostInNetwork(cidr, host);
    if (!claimed.has(candidate)) return candidate;
  }
  throw new RangeError(`${cidr} has no free address left for the twin's controller; widen it`);
}
