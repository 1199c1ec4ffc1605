import ipaddr from "ipaddr.js";

export type IpFamily = "ipv4" | "ipv6";

export function familyOf(address: string): IpFamily {
  return ipaddr.parse(address).kind() === "ipv4" ? "ipv4" : "ipv6";
}

/** One spelling for each address, so that two spellings of the same one compare as equal. */
export function canonical(address: string): string {
  return ipaddr.parse(address).toString();
}

/** Whether the address lies in the network, both written as text. */
export function contains(cidr: string, address: string): boolean {
  const [network, prefix] = ipaddr.parseCIDR(cidr);
  const candidate = ipaddr.parse(address);
  return candidate.kind() === network.kind() && candidate.match(network, prefix);
}

export function prefixLength(cidr: string): number {
  return ipaddr.parseCIDR(cidr)[1];
}

/** The network of a CIDR with its host bits cleared: `10.0.0.81/28` becomes `10.0.0.80/28`. */
export function networkOf(cidr: string): string {
  const [address, prefix] = ipaddr.parseCIDR(cidr);
  const bytes = address.toByteArray().map((byte, index) => {
    const bitsKept = Math.min(8, Math.max(0, prefix - index * 8));
    return byte & (0xff << (8 - bitsKept)) & 0xff;
  });
  return `${ipaddr.fromByteArray(bytes).toString()}/${prefix}`;
}

/** The address with the given host number in a network. */
export function hostInNetwork(cidr: string, host: number): string {
  const [network] = ipaddr.parseCIDR(networkOf(cidr));
  const bytes = network.toByteArray();
  let carry = host;
  for (let index = bytes.length - 1; index >= 0 && carry > 0; index -= 1) {
    const sum = (bytes[index] ?? 0) + carry;
    bytes[index] = sum & 0xff;
    carry = sum >> 8;
  }
  const address = ipaddr.fromByteArray(bytes).toString();
  if (!contains(cidr, address)) {
    throw new RangeError(`${cidr} has no host number ${host}; widen the network or give addresses`);
  }
  return address;
}

export function isLinkLocal(cidrOrAddress: string): boolean {
  const address = cidrOrAddress.split("/")[0] ?? cidrOrAddress;
  return ipaddr.parse(address).range() === "linkLocal";
}
