import { familyOf } from "../address.js";
import type { InterfacePlan, NodeNetworkPlan } from "../interfaces.js";

type Options = readonly (readonly [string, string | number])[];

const HEADER = [
  "# Written by proxmox-ha. Lines of your own belong into /etc/network/interfaces.d/.",
  "# Stanzas stand in the order in which interfaces depend on each other.",
];

/**
 * `/etc/network/interfaces` of one node for ifupdown2. The `source` line stands last, because SDN adds to
 * stanzas that must already be known by then.
 */
export function renderInterfaces(plan: NodeNetworkPlan): string {
  const stanzas = plan.interfaces.map((one) => renderStanzas(one).join("\n"));
  return `${[HEADER.join("\n"), ...stanzas, "source /etc/network/interfaces.d/*"].join("\n\n")}\n`;
}

function renderStanzas(one: InterfacePlan): string[] {
  if (one.kind === "loopback") {
    const addresses: Options = one.addresses.map((address) => ["address", address] as const);
    return ["auto lo", "iface lo inet loopback", ...indented(addresses)];
  }
  const v4 = one.addresses.filter((address) => ofFamily(address, "ipv4"));
  const v6 = one.addresses.filter((address) => ofFamily(address, "ipv6"));
  const first: Options = [
    ...v4.map((address) => ["address", address] as const),
    ...gateways(one.gateways, "ipv4"),
    ...linkOptions(one),
    ["mtu", one.mtu],
    ...routes(one.routes, "ipv4"),
  ];
  const second: Options = [
    ...v6.map((address) => ["address", address] as const),
    ...gateways(one.gateways, "ipv6"),
    ...routes(one.routes, "ipv6"),
  ];
  return [
    `auto ${one.name}`,
    `iface ${one.name} inet ${v4.length > 0 ? "static" : "manual"}`,
    ...indented(first),
    ...(v6.length > 0 ? ["", `iface ${one.name} inet6 static`, ...indented(second)] : []),
  ];
}

function linkOptions(one: Exclude<InterfacePlan, { kind: "loopback" }>): Options {
  switch (one.kind) {
    case "port":
    case "ring-port":
      return [];
    case "bond":
      return [
        ["bond-slaves", one.ports.join(" ")],
        ["bond-mode", one.mode],
        ["bond-miimon", 100],
        ...(one.mode === "802.3ad"
          ? ([
              ["bond-lacp-rate", one.lacpRate],
              ["bond-xmit-hash-policy", one.hash],
            ] as const)
          : []),
        ...(one.primary === undefined ? [] : [["bond-primary", one.primary] as const]),
      ];
    case "bridge":
      return [
        ["bridge-ports", one.ports.length > 0 ? one.ports.join(" ") : "none"],
        ["bridge-stp", "off"],
        ["bridge-fd", 0],
        ...(one.vlanAware
          ? ([
              ["bridge-vlan-aware", "yes"],
              ["bridge-vids", one.vlans],
            ] as const)
          : []),
      ];
    case "vlan":
      // A name of the form parent.tag says both already; any other needs them spelled out.
      return one.name === `${one.parent}.${one.vlan}`
        ? []
        : [
            ["vlan-raw-device", one.parent],
            ["vlan-id", one.vlan],
          ];
  }
}

function ofFamily(cidr: string, family: "ipv4" | "ipv6"): boolean {
  return familyOf(cidr.split("/")[0] ?? cidr) === family;
}

function gateways(all: readonly string[], family: "ipv4" | "ipv6"): Options {
  return all
    .filter((address) => familyOf(address) === family)
    .map((address) => ["gateway", address]);
}

function routes(
  all: readonly { readonly to: string; readonly via: string }[],
  family: "ipv4" | "ipv6",
): Options {
  const tool = family === "ipv4" ? "ip route" : "ip -6 route";
  return all
    .filter((route) => ofFamily(route.to, family))
    .flatMap(
      (route): Options => [
        ["up", `${tool} replace ${route.to} via ${route.via} dev $IFACE`],
        ["down", `${tool} del ${route.to} via ${route.via} dev $IFACE || true`],
      ],
    );
}

function indented(options: Options): string[] {
  return options.map(([key, value]) => `    ${key} ${value}`);
}
