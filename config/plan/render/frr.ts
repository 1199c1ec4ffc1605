import type { RingNode, RingPlan } from "../ring.js";

export interface FrrContext {
  /** Major version of Proxmox VE; it tells which FRR reads the file. */
  readonly major: 8 | 9;
  readonly hostname: string;
}

/** Seconds between two LSP generations; the default of 30 costs half a minute after every change. */
const LSP_GENERATION_S = 1;
const HELLO_MULTIPLIER = 3;

/** `/etc/frr/daemons`: only the daemons that the ring's protocol needs. */
export function renderFrrDaemons(ring: RingPlan): string {
  const needed = daemonsOf(ring);
  const lines = ["bgpd", "ospfd", "ospf6d", "fabricd", "bfdd"].map(
    (daemon) => `${daemon}=${needed.includes(daemon) ? "yes" : "no"}`,
  );
  return `${[
    "# Written by proxmox-ha for the ring.",
    ...lines,
    "",
    "vtysh_enable=yes",
    'zebra_options="  -A 127.0.0.1 -s 90000000"',
    // These two run beside every protocol, and without the option they wait for anybody.
    'staticd_options="-A 127.0.0.1"',
    'mgmtd_options="  -A 127.0.0.1"',
    'bgpd_options="   -A 127.0.0.1"',
    'ospfd_options="  -A 127.0.0.1"',
    'ospf6d_options=" -A ::1"',
    'fabricd_options="-A 127.0.0.1"',
    'bfdd_options="   -A 127.0.0.1"',
  ].join("\n")}\n`;
}

function daemonsOf(ring: RingPlan): readonly string[] {
  switch (ring.protocol) {
    case "openfabric":
      return ["fabricd"];
    case "ospf":
      return ring.loopbacks6 === undefined ? ["ospfd"] : ["ospfd", "ospf6d"];
    case "bgp":
      return ["bgpd", "bfdd"];
  }
}

/** The integrated `/etc/frr/frr.conf` of one node. */
export function renderFrrConf(ring: RingPlan, node: RingNode, context: FrrContext): string {
  const blocks = [
    preamble(ring, node, context),
    ...ownRoutesOnly(ring),
    ...(ring.protocol === "openfabric" ? openfabric(ring, node) : []),
    ...(ring.protocol === "ospf" ? ospf(ring, node) : []),
    ...(ring.protocol === "bgp" ? bgp(node) : []),
  ];
  return `${blocks.map((block) => block.join("\n")).join("\n!\n")}\n!\n`;
}

function preamble(ring: RingPlan, node: RingNode, context: FrrContext): string[] {
  return [
    `frr version ${context.major === 8 ? "8.5.2" : "10.3"}`,
    `frr defaults ${ring.protocol === "bgp" ? "datacenter" : "traditional"}`,
    `hostname ${context.hostname}`,
    "log syslog informational",
    "service integrated-vtysh-config",
    ...(node.loopback4 === undefined ? [] : ["ip forwarding"]),
    ...(node.loopback6 === undefined ? [] : ["ipv6 forwarding"]),
  ];
}

/**
 * With four nodes and more there is transit to nodes that are no neighbours. A transit node that has learnt no route of the ring yet
 * would send its packets to the default gateway, and the sender would remember that way's small packets for ten minutes.
 */
function ownRoutesOnly({ nodes, loopbacks4, loopbacks6 }: RingPlan): string[][] {
  const prefixes = [
    ...(loopbacks4 === undefined ? [] : [`ip route ${loopbacks4} reject`]),
    ...(loopbacks6 === undefined ? [] : [`ipv6 route ${loopbacks6} reject`]),
  ];
  return nodes.length < 4 || prefixes.length === 0 ? [] : [prefixes];
}

function helloSeconds(ring: RingPlan): number {
  return Math.max(1, Math.round(ring.helloMs / 1_000));
}

function section(head: string, lines: readonly string[]): string[] {
  return [head, ...lines.map((line) => ` ${line}`), "exit"];
}

function openfabric(ring: RingPlan, node: RingNode): string[][] {
  const families = [
    ...(node.loopback4 === undefined ? [] : ["ip router openfabric 1"]),
    ...(node.loopback6 === undefined ? [] : ["ipv6 router openfabric 1"]),
  ];
  return [
    ...node.ports.map((port) =>
      section(`interface ${port.name}`, [
        ...families,
        `openfabric hello-interval ${helloSeconds(ring)}`,
        `openfabric hello-multiplier ${HELLO_MULTIPLIER}`,
        "openfabric csnp-interval 2",
        "openfabric psnp-interval 2",
      ]),
    ),
    section("interface lo", [...families, "openfabric passive"]),
    section("router openfabric 1", [
      `net ${node.net}`,
      `lsp-gen-interval ${LSP_GENERATION_S}`,
      "max-lsp-lifetime 600",
      "lsp-refresh-interval 180",
    ]),
  ];
}

function ospf(ring: RingPlan, node: RingNode): string[][] {
  const hasV4 = node.loopback4 !== undefined;
  const hasV6 = node.loopback6 !== undefined;
  const hello = helloSeconds(ring);
  return [
    ...node.ports.map((port) =>
      section(`interface ${port.name}`, [
        ...(hasV4
          ? [
              "ip ospf area 0",
              "ip ospf network point-to-point",
              "ip ospf dead-interval minimal hello-multiplier 4",
            ]
          : []),
        ...(hasV6
          ? [
              "ipv6 ospf6 area 0",
              "ipv6 ospf6 network point-to-point",
              `ipv6 ospf6 hello-interval ${hello}`,
              `ipv6 ospf6 dead-interval ${hello * HELLO_MULTIPLIER}`,
            ]
          : []),
      ]),
    ),
    section("interface lo", [
      ...(hasV4 ? ["ip ospf area 0", "ip ospf passive"] : []),
      ...(hasV6 ? ["ipv6 ospf6 area 0", "ipv6 ospf6 passive"] : []),
    ]),
    ...(hasV4
      ? [
          section("router ospf", [
            `ospf router-id ${node.routerId}`,
            // Without these a cut shortly after another change costs seconds.
            "timers throttle spf 10 100 1000",
            "timers throttle lsa all 100",
            "timers lsa min-arrival 50",
          ]),
        ]
      : []),
    ...(hasV6
      ? [
          section("router ospf6", [
            `ospf6 router-id ${node.routerId}`,
            "timers throttle spf 10 100 1000",
          ]),
        ]
      : []),
  ];
}

function bgp(node: RingNode): string[][] {
  const neighbours = node.ports.flatMap((port) => [
    `neighbor ${port.name} interface remote-as external`,
    `neighbor ${port.name} bfd`,
  ]);
  const family = (name: string, prefix: string, activate: readonly string[]): string[] => [
    `address-family ${name} unicast`,
    ` network ${prefix}`,
    ...activate.map((line) => ` ${line}`),
    "exit-address-family",
  ];
  return [
    section(`router bgp ${node.asNumber}`, [
      `bgp router-id ${node.routerId}`,
      "no bgp ebgp-requires-policy",
      ...neighbours,
      ...(node.loopback4 === undefined ? [] : family("ipv4", `${node.loopback4}/32`, [])),
      ...(node.loopback6 === undefined
        ? []
        : family(
            "ipv6",
            `${node.loopback6}/128`,
            node.ports.map((port) => `neighbor ${port.name} activate`),
          )),
    ]),
  ];
}
