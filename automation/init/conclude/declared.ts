import type { HostFacts } from "../look/host-facts.js";
import type { DeclaredInterface } from "../look/interfaces-file.js";

/** What an interface of a host is, in words of the stack file. */
export type Kind = "bond" | "bridge" | "vlan" | "port" | "other";

export interface SeenInterface extends DeclaredInterface {
  readonly kind: Kind;
  /** Below a bond or bridge. */
  readonly ports: readonly string[];
  readonly parent: string | undefined;
  readonly tag: number | undefined;
  readonly mtu: number;
  /** IPv4 with their prefix lengths. */
  readonly addresses: readonly string[];
  readonly addresses6: readonly string[];
  readonly gateway: string | undefined;
  readonly gateway6: string | undefined;
  readonly routes: readonly { readonly to: string; readonly via: string }[];
  /** Lines that no field of a stack file stands for. */
  readonly foreign: readonly string[];
}

const KNOWN =
  /^(address|netmask|broadcast|network|gateway|mtu|bridge-(ports|stp|fd|vlan-aware|vids)|bond-(slaves|mode|miimon|lacp-rate|xmit-hash-policy|primary)|slaves|vlan-raw-device|vlan-id|dns-\S+)$/;
const ROUTE = /^ip (?:-6 )?route (?:add|replace) (\S+) via (\S+)(?: dev \S+)?$/;
const LEAVING = /^ip (?:-6 )?route del /;
const USUAL_MTU = 1500;

/** All declared interfaces of a host but its loopback and the ports of a ring. */
export function seenInterfaces(host: HostFacts): SeenInterface[] {
  return host.interfaces
    .filter(({ name }) => name !== "lo" && !isRingPort(host, name))
    .map((one) => seen(host, one));
}

export function isRingPort({ ports, routing }: HostFacts, name: string): boolean {
  const driver = ports.find((port) => port.name === name)?.driver;
  return driver === "thunderbolt-net" || routing.ports.includes(name);
}

function seen(host: HostFacts, one: DeclaredInterface): SeenInterface {
  const { options, name, method } = one;
  const first = (key: string): string | undefined => options[key]?.[0];
  const vlan = vlanOf(one);
  const bond = first("bond-slaves") ?? first("slaves");
  const bridge = first("bridge-ports");
  const live = host.addresses.filter((address) => address.interface === name);
  const addresses = method === "dhcp" ? live.map(({ cidr }) => cidr) : staticAddresses(one);
  const ups = ["up", "post-up"].flatMap((key) => options[key] ?? []);
  return {
    ...one,
    kind: Object.keys(options).some((key) => key.startsWith("ovs-"))
      ? "other"
      : bond !== undefined
        ? "bond"
        : bridge !== undefined
          ? "bridge"
          : vlan !== undefined
            ? "vlan"
            : "port",
    ports: (bond ?? bridge ?? "").split(/\s+/).filter((port) => port !== "" && port !== "none"),
    parent: vlan?.parent,
    tag: vlan?.tag,
    mtu: Number(first("mtu") ?? host.mtus[name] ?? USUAL_MTU),
    addresses: addresses.filter((address) => !address.includes(":")),
    addresses6: addresses.filter((address) => address.includes(":") && !/^fe80/i.test(address)),
    gateway:
      declaredGateway(one, false) ??
      host.gateways.find((gateway) => gateway.interface === name)?.address,
    gateway6: declaredGateway(one, true),
    routes: ups.flatMap((line) => {
      const [, to, via] = ROUTE.exec(line) ?? [];
      return to === undefined || via === undefined || to === "default" ? [] : [{ to, via }];
    }),
    foreign: Object.entries(options).flatMap(([key, values]) =>
      KNOWN.test(key)
        ? []
        : values
            .filter((line) => !(/up$/.test(key) && ROUTE.test(line)) && !LEAVING.test(line))
            .map((line) => `${key} ${line}`),
    ),
  };
}

function declaredGateway({ options }: DeclaredInterface, ipv6: boolean): string | undefined {
  return options.gateway?.find((gateway) => gateway.includes(":") === ipv6);
}

function vlanOf({ name, options }: DeclaredInterface): { parent: string; tag: number } | undefined {
  const dotted = /^(.+)\.(\d+)$/.exec(name);
  const parent = options["vlan-raw-device"]?.[0] ?? dotted?.[1];
  const tag = Number(options["vlan-id"]?.[0] ?? dotted?.[2] ?? /^vlan(\d+)$/.exec(name)?.[1]);
  return parent === undefined || !(tag > 0) ? undefined : { parent, tag };
}

function staticAddresses({ options }: DeclaredInterface): string[] {
  const mask = options.netmask?.[0];
  return (options.address ?? []).flatMap((address) =>
    address.includes("/") ? [address] : mask === undefined ? [] : [`${address}/${prefixOf(mask)}`],
  );
}

/** `255.255.255.0` or `24`. */
function prefixOf(mask: string): string {
  return mask.includes(".")
    ? String(
        mask
          .split(".")
          .map((byte) => Number(byte).toString(2).replaceAll("0", "").length)
          .reduce((sum, bits) => sum + bits, 0),
      )
    : mask;
}
