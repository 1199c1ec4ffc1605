import { list } from "../findings/enumeration.js";
import { type CodeTable, type Draft, drafter } from "../findings/finding.js";
import { contains, familyOf, networkOf } from "../plan/address.js";
import { MANAGEMENT } from "../plan/nodes.js";
import { carriesHosts, type Facts, type Network, prefixesOf } from "./facts.js";
import type { RuleSet } from "./rule.js";
import { overlap } from "./special-networks.js";

const codes = {
  "networks/no-management": {
    severity: "error",
    about:
      "The program reaches the hosts in the network `management`, and their names resolve to addresses in it.",
  },
  "networks/no-interface": {
    severity: "error",
    about: "A network that is no ring needs an interface that carries it.",
  },
  "networks/unknown-interface": {
    severity: "error",
    about: "A network stands on an interface that `interfaces` does not declare.",
  },
  "networks/overlap": {
    severity: "error",
    about: "Two networks share addresses, so the kernel would send traffic of one into the other.",
  },
  "networks/same-segment": {
    severity: "error",
    about:
      "Two networks stand untagged or with one tag on the same interface, so they are one network.",
  },
  "networks/host-bits": {
    severity: "warning",
    about: "A prefix is written with an address of a host in it; what counts is the network.",
  },
  "networks/gateway-without-network": {
    severity: "error",
    about: "A gateway or a static route needs a prefix of its own family to be reached in.",
  },
  "networks/two-gateways": {
    severity: "error",
    about:
      "A host has one default route in each family; with two, answers leave through the wrong door.",
  },
  "networks/vlan-not-passed": {
    severity: "error",
    about: "The VLAN is not among those that the VLAN-aware bridge lets pass.",
  },
  "networks/mtu-chain": {
    severity: "error",
    about:
      "A packet cannot be larger on a VLAN than on what carries it. ifupdown2 would clamp the value silently and succeed.",
  },
  "networks/vlans-syntax": {
    severity: "error",
    about: "The VLANs of a bridge are numbers and ranges, 1 to 4094.",
  },
} as const satisfies CodeTable;
const draft = drafter(codes);

function check(facts: Facts): Draft[] {
  return [
    ...management(facts),
    ...facts.networks.flatMap(([name, network]) => [
      ...carrier(facts, name, network),
      ...mtuChain(facts, name, network),
      ...reach(name, network),
      ...hostBits(name, network),
    ]),
    ...overlaps(facts),
    ...segments(facts),
    ...gateways(facts),
    ...bridgeVlans(facts),
  ];
}

function management({ spec }: Facts): Draft[] {
  const network = spec.networks[MANAGEMENT];
  return network !== undefined && (network.cidr ?? network.cidr6) !== undefined
    ? []
    : [
        draft(
          "networks/no-management",
          ["networks", MANAGEMENT],
          network === undefined
            ? "There is no network `management`."
            : "The network `management` has no prefix.",
          "Declare `management: {cidr: 10.203.3.0/24, gateway: 10.203.3.1, on: vmbr0}` with the network of the nodes' addresses.",
        ),
      ];
}

function carrier({ spec }: Facts, name: string, network: Network): Draft[] {
  const { on, vlan, thunderbolt } = network;
  if (thunderbolt !== undefined) {
    return [];
  }
  if (on === undefined) {
    return [
      draft(
        "networks/no-interface",
        ["networks", name],
        `Network ${name} stands on no interface.`,
        "Add `on: vmbr0` (an interface of `interfaces`), or `thunderbolt: {}` for a ring.",
        { atKey: true },
      ),
    ];
  }
  const definition = spec.interfaces[on];
  if (definition === undefined) {
    return [
      draft(
        "networks/unknown-interface",
        ["networks", name, "on"],
        `There is no interface ${on}.`,
        `Declare it under \`interfaces\`, or use one of ${list(Object.keys(spec.interfaces)) || "those that you declare there"}.`,
      ),
    ];
  }
  const passed = parseVlans(definition.bridge?.vlans ?? "");
  return definition.bridge?.vlanAware === true &&
    vlan !== undefined &&
    passed !== undefined &&
    !passed.some(([from, to]) => from <= vlan && vlan <= to)
    ? [
        draft(
          "networks/vlan-not-passed",
          ["networks", name, "vlan"],
          `Bridge ${on} lets VLAN ${vlan} not pass (vlans: ${definition.bridge.vlans}).`,
          `Add ${vlan} to interfaces.${on}.bridge.vlans and to the switch ports, or put the network on an interface of its own.`,
        ),
      ]
    : [];
}

/** `1-6 20` as pairs of first and last; undefined when it is something else. */
function parseVlans(text: string): (readonly [number, number])[] | undefined {
  const ranges: (readonly [number, number])[] = [];
  for (const word of text.split(/[\s,]+/).filter((one) => one !== "")) {
    const match = /^(\d+)(?:-(\d+))?$/.exec(word);
    const from = Number(match?.[1]);
    const to = Number(match?.[2] ?? match?.[1]);
    if (match === null || from < 1 || to > 4094 || from > to) {
      return undefined;
    }
    ranges.push([from, to]);
  }
  return ranges;
}

function bridgeVlans({ spec }: Facts): Draft[] {
  return Object.entries(spec.interfaces)
    .filter(([, { bridge }]) => bridge !== undefined && parseVlans(bridge.vlans) === undefined)
    .map(([name, { bridge }]) =>
      draft(
        "networks/vlans-syntax",
        ["interfaces", name, "bridge", "vlans"],
        `"${bridge?.vlans}" is no list of VLANs.`,
        "Write numbers and ranges with blanks between them: 1 16 28-30 48.",
      ),
    );
}

function mtuChain({ spec }: Facts, name: string, network: Network): Draft[] {
  const definition = network.on === undefined ? undefined : spec.interfaces[network.on];
  return definition === undefined || network.mtu === undefined || network.mtu <= definition.mtu
    ? []
    : [
        draft(
          "networks/mtu-chain",
          ["networks", name, "mtu"],
          `Network ${name} has MTU ${network.mtu}, and ${network.on} below it only ${definition.mtu}.`,
          `Write \`mtu: ${network.mtu}\` at interfaces.${network.on} and everything below it (and on the switch ports), or \`mtu: ${definition.mtu}\` here.`,
        ),
      ];
}

function reach(name: string, network: Network): Draft[] {
  const pairs = [
    ["gateway", network.gateway, network.cidr, "cidr"],
    ["gateway6", network.gateway6, network.cidr6, "cidr6"],
  ] as const;
  const gateways = pairs.flatMap(([key, gateway, prefix, prefixKey]) =>
    gateway === undefined || prefix !== undefined
      ? []
      : [
          draft(
            "networks/gateway-without-network",
            ["networks", name, key],
            `Network ${name} has a ${key} and no ${prefixKey}.`,
            `Add \`${prefixKey}\`, or remove the ${key}.`,
          ),
        ],
  );
  const routes = network.routes.flatMap(({ to, via }, index) =>
    familyOf(to.split("/")[0] ?? "") === familyOf(via)
      ? []
      : [
          draft(
            "networks/gateway-without-network",
            ["networks", name, "routes", index],
            `The route to ${to} goes through ${via}, which is of the other address family.`,
            "Write both ends in one family.",
          ),
        ],
  );
  return [...gateways, ...routes];
}

function hostBits(name: string, network: Network): Draft[] {
  return (["cidr", "cidr6", "loopbacks", "loopbacks6"] as const).flatMap((key) => {
    const prefix = network[key];
    return prefix === undefined || sameNetwork(prefix, networkOf(prefix))
      ? []
      : [
          draft(
            "networks/host-bits",
            ["networks", name, key],
            `${prefix} is the address of a host, written as a network.`,
            `Write ${networkOf(prefix)}.`,
          ),
        ];
  });
}

function sameNetwork(a: string, b: string): boolean {
  const start = (prefix: string) => prefix.split("/")[0] ?? "";
  return contains(`${start(b)}/${familyOf(start(b)) === "ipv4" ? 32 : 128}`, start(a));
}

function overlaps({ networks }: Facts): Draft[] {
  const all = networks.flatMap(([name, network]) =>
    prefixesOf(network).map((prefix) => ({ name, prefix })),
  );
  return all.flatMap(({ name, prefix }, index) =>
    all
      .slice(0, index)
      .filter((other) => other.name !== name && overlap(other.prefix, prefix))
      .map((other) =>
        draft(
          "networks/overlap",
          ["networks", name],
          `${prefix} (${name}) and ${other.prefix} (${other.name}) share addresses.`,
          "Give each network a prefix of its own.",
          { atKey: true },
        ),
      ),
  );
}

function segments({ networks }: Facts): Draft[] {
  const first = new Map<string, string>();
  return networks.flatMap(([name, { on, vlan }]) => {
    if (on === undefined) {
      return [];
    }
    const segment = `${on} ${vlan ?? "untagged"}`;
    const known = first.get(segment);
    if (known === undefined) {
      first.set(segment, name);
      return [];
    }
    return [
      draft(
        "networks/same-segment",
        ["networks", name],
        `${name} and ${known} are both ${vlan === undefined ? "untagged" : `VLAN ${vlan}`} on ${on}.`,
        "Give one of them a `vlan` or an interface of its own.",
        { atKey: true },
      ),
    ];
  });
}

function gateways({ networks }: Facts): Draft[] {
  return (["gateway", "gateway6"] as const).flatMap((key) => {
    const owners = networks.filter(
      ([, network]) => carriesHosts(network) && network[key] !== undefined,
    );
    return owners
      .slice(1)
      .map(([name]) =>
        draft(
          "networks/two-gateways",
          ["networks", name, key],
          `${name} is the second network with a default ${key}; ${owners[0]?.[0]} has one already.`,
          "Keep the one towards the internet, and write `routes` for what lies behind the other.",
        ),
      );
  });
}

export const networks: RuleSet = { subject: "Networks", codes, check };
