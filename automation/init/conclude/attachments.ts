import { networkOf } from "../../../config/plan/address.js";
import type { Margin } from "../margin.js";
import type { SeenHost } from "../sight.js";
import type { SeenInterface } from "./declared.js";

/** One network on one host. */
export interface Attachment {
  readonly host: SeenHost;
  readonly cidr: string;
  readonly address: string;
  readonly carrier: SeenInterface;
}

/** One network on all hosts that have it. */
export type Group = { readonly cidr: string; readonly all: readonly Attachment[] };

export function attached(
  host: SeenHost,
  seen: readonly SeenInterface[],
  margin: Margin,
): Attachment[] {
  const found = seen.flatMap((carrier) =>
    carrier.addresses.flatMap((cidr) => {
      const [address = ""] = cidr.split("/");
      return [{ host, cidr: networkOf(cidr), address, carrier }];
    }),
  );
  const firsts = found.filter((one, at) => found.findIndex(({ cidr }) => cidr === one.cidr) === at);
  for (const { address, carrier } of found.filter((one) => !firsts.includes(one))) {
    margin.warn(`a second address in one network: ${address} on ${carrier.name}.`, host.node);
  }
  for (const { interface: name, cidr } of host.addresses) {
    const [address = ""] = cidr.split("/");
    const declared =
      found.some((one) => one.address === address) ||
      seen.some(({ addresses6 }) => addresses6.includes(cidr));
    if (!declared && name !== "lo" && !name.startsWith("dummy")) {
      margin.leave(
        `the address ${cidr} on ${name}, which /etc/network/interfaces does not say.`,
        host.node,
      );
    }
  }
  return firsts;
}

/** The one IPv6 range that all nodes have beside their IPv4 addresses. A node has one address in the management network. */
export function sharedRange6(all: readonly Attachment[]): string | undefined {
  if (all.every(({ host, address }) => host.membership.ownAddress === address)) {
    return undefined;
  }
  const ranges = all.map(({ carrier }) => carrier.addresses6.map(networkOf));
  const [first] = ranges[0] ?? [];
  return ranges.every((own) => own.length === 1 && own[0] === first) ? first : undefined;
}
