import { contains } from "../../../config/plan/address.js";
import type {
  BmcPlan,
  CablePlan,
  HostPlan,
  NetworkPlan,
  ServerPlan,
  TwinPlan,
} from "../../plan/twin-plan.js";
import { serversOf } from "../../plan/twin-plan.js";
import { runScript } from "../../process/run.js";
import type { ContainerNames } from "./names.js";

/** The largest frame that a virtual cable carries; smaller ones are set by the hosts themselves. */
const CABLE_MTU = 65_535;

export interface VlanMaker {
  /** Shell lines that make a tagged device in a namespace, by the kernel or by its replacement. */
  lines(namespace: string, parent: string, vlan: number, device: string): string[];
}

export interface WireEnd {
  readonly namespace: string;
  readonly device: string;
}

interface Leg {
  readonly namespace: string;
  /** Interface names in this namespace start with it. */
  readonly stem: string;
}

/**
 * Lays all namespaces, switches and cables of a twin. A host keeps its namespace over reboots, so its ports keep
 * names and addresses; power cuts and faults change them from outside.
 */
export class Wiring {
  readonly #names: ContainerNames;
  readonly #plan: TwinPlan;
  readonly #vlans: VlanMaker;
  #ports = 0;
  /** Where the switch's end of a host's port is. */
  readonly #switchEnds = new Map<string, WireEnd>();

  constructor(names: ContainerNames, plan: TwinPlan, vlans: VlanMaker) {
    this.#names = names;
    this.#plan = plan;
    this.#vlans = vlans;
  }

  async lay(): Promise<void> {
    const plan = this.#plan;
    const names = this.#names;
    await runScript([
      ...[names.fabric, names.controller, names.bmc].flatMap(namespaceLines),
      ...plan.hosts.flatMap((host) => namespaceLines(names.host(host.name))),
      ...serversOf(plan).flatMap((one) => namespaceLines(names.server(one.name))),
      ...plan.switches.flatMap((_one, index) => bridgeLines(names.fabric, `br${index}`)),
      ...plan.hosts.flatMap((host) => this.#hostLines(host)),
      ...plan.cables.flatMap((cable) => this.plugLines(cable)),
      ...this.#controllerLines(),
      ...serversOf(plan).flatMap((one) => this.#serverLines(one)),
      ...this.#bmcLines(),
      `ip netns exec ${names.controller} sysctl -qw net.ipv4.ip_forward=1`,
    ]);
  }

  /** Both ends of a ring cable appear at once, as they do when a plug goes in. */
  plugLines(cable: CablePlan): string[] {
    const { a, b } = cable;
    const [nsA, nsB] = [this.#names.host(a.host), this.#names.host(b.host)];
    return [
      `ip -n ${nsA} link add name ${a.port} address ${this.#macOf(a)} type veth ` +
        `peer name ${b.port} address ${this.#macOf(b)} netns ${nsB}`,
    ];
  }

  unplugLines(cable: CablePlan): string[] {
    return [`ip -n ${this.#names.host(cable.a.host)} link del dev ${cable.a.port}`];
  }

  /** What a port of a host is wired to; a port without a plug leads nowhere. */
  farEnd(host: string, port: string): WireEnd | undefined {
    for (const { a, b } of this.#plan.cables) {
      for (const [near, far] of [
        [a, b],
        [b, a],
      ] as const) {
        if (near.host === host && near.port === port) {
          return { namespace: this.#names.host(far.host), device: far.port };
        }
      }
    }
    return this.#switchEnds.get(`${host} ${port}`);
  }

  #macOf(end: { readonly host: string; readonly port: string }): string {
    const host = this.#plan.hosts.find((one) => one.name === end.host);
    const port = host?.ports.find((one) => one.name === end.port);
    if (port === undefined) {
      throw new Error(`the plan has no port ${end.port} on ${end.host}, yet a cable ends there`);
    }
    return port.mac;
  }

  #bridgeOf(name: string): string {
    return `br${this.#plan.switches.findIndex((one) => one.name === name)}`;
  }

  #hostLines(host: HostPlan): string[] {
    const { fabric } = this.#names;
    return host.ports.flatMap((port): string[] => {
      if (port.plug.kind === "cable") return [];
      const far = `p${this.#ports++}`;
      this.#switchEnds.set(`${host.name} ${port.name}`, { namespace: fabric, device: far });
      const link =
        `ip -n ${this.#names.host(host.name)} link add name ${port.name} address ${port.mac} ` +
        `type veth peer name ${far} mtu ${CABLE_MTU} netns ${fabric}`;
      return port.plug.kind === "none"
        ? [link]
        : [
            link,
            `ip -n ${fabric} link set dev ${far} master ${this.#bridgeOf(port.plug.switch)} up`,
          ];
    });
  }

  /** A leg of a namespace in a switch, with the addresses given for each network on it. */
  #legLines(
    leg: Leg,
    switchName: string,
    addressed: readonly (readonly [NetworkPlan, readonly string[]])[],
  ): string[] {
    const { fabric } = this.#names;
    const far = `p${this.#ports++}`;
    const near = `${leg.stem}${this.#bridgeOf(switchName).slice(2)}`;
    return [
      `ip -n ${leg.namespace} link add name ${near} mtu ${CABLE_MTU} type veth ` +
        `peer name ${far} mtu ${CABLE_MTU} netns ${fabric}`,
      `ip -n ${fabric} link set dev ${far} master ${this.#bridgeOf(switchName)} up`,
      `ip -n ${leg.namespace} link set dev ${near} up`,
      ...addressed.flatMap(([network, addresses]) => {
        if (addresses.length === 0) return [];
        const device = network.vlan === undefined ? near : `${near}.${network.vlan}`;
        return [
          ...(network.vlan === undefined
            ? []
            : this.#vlans.lines(leg.namespace, near, network.vlan, device)),
          `ip -n ${leg.namespace} link set dev ${device} mtu ${network.mtu}`,
          ...addresses.map((one) => addressLine(leg.namespace, device, one)),
        ];
      }),
    ];
  }

  #controllerLines(): string[] {
    const namespace = this.#names.controller;
    return [
      ...this.#plan.switches.flatMap((one) =>
        this.#legLines(
          { namespace, stem: "net" },
          one.name,
          this.#plan.networks
            .filter((network) => network.switch === one.name)
            .map((network) => [network, network.controller] as const),
        ),
      ),
      ...this.#plan.foreign.map((one) => addressLine(namespace, "lo", `${one}/32`)),
    ];
  }

  #serverLines({ name, address, network: inside }: ServerPlan): string[] {
    const network = this.#plan.networks.find((one) => one.name === inside);
    const namespace = this.#names.server(name);
    if (network === undefined) return this.#outsideLines(namespace, "srv", [address]);
    const prefix = network.cidr?.split("/")[1] ?? "24";
    return [
      ...this.#legLines({ namespace, stem: "eth" }, network.switch, [
        [network, [`${address}/${prefix}`]],
      ]),
      ...routeLines(namespace, network),
    ];
  }

  #bmcLines(): string[] {
    const namespace = this.#names.bmc;
    const networkOf = (bmc: BmcPlan) =>
      this.#plan.networks.find(({ cidr }) => cidr !== undefined && contains(cidr, bmc.address));
    const outside = this.#plan.bmcs.filter((bmc) => networkOf(bmc) === undefined);
    const inside = [...new Set(this.#plan.bmcs.flatMap((bmc) => networkOf(bmc) ?? []))];
    const addressesIn = (network: NetworkPlan) =>
      [
        ...new Set(
          this.#plan.bmcs.filter((bmc) => networkOf(bmc) === network).map((b) => b.address),
        ),
      ].map((one) => `${one}/${network.cidr?.split("/")[1] ?? "24"}`);
    const switches = [...new Set(inside.map((network) => network.switch))];
    return [
      ...switches.flatMap((name) =>
        this.#legLines(
          { namespace, stem: "eth" },
          name,
          inside
            .filter((network) => network.switch === name)
            .map((network) => [network, addressesIn(network)] as const),
        ),
      ),
      ...inside.slice(0, outside.length > 0 ? 0 : 1).flatMap((one) => routeLines(namespace, one)),
      ...(outside.length === 0
        ? []
        : this.#outsideLines(namespace, "bmc", [...new Set(outside.map((bmc) => bmc.address))])),
    ];
  }

  /** Addresses that no network of the file holds lie behind the controller, as they lie behind the real router. */
  #outsideLines(namespace: string, stem: string, addresses: readonly string[]): string[] {
    const { controller } = this.#names;
    const near = `out-${stem}${this.#ports++}`;
    return [
      `ip -n ${controller} link add name ${near} type veth peer name out netns ${namespace}`,
      `ip -n ${controller} link set dev ${near} up`,
      `ip -n ${namespace} link set dev out up`,
      `ip netns exec ${controller} sysctl -qw net.ipv4.conf.${near}.proxy_arp=1`,
      ...addresses.flatMap((one) => [
        `ip -n ${namespace} addr add ${one}/32 dev out`,
        `ip -n ${controller} route replace ${one}/32 dev ${near}`,
      ]),
      `ip -n ${namespace} route replace default dev out`,
    ];
  }
}

function namespaceLines(namespace: string): string[] {
  return [`ip netns add ${namespace}`, `ip -n ${namespace} link set dev lo up`];
}

function bridgeLines(namespace: string, bridge: string): string[] {
  return [
    `ip -n ${namespace} link add name ${bridge} type bridge forward_delay 0 mcast_snooping 0`,
    `ip -n ${namespace} link set dev ${bridge} mtu ${CABLE_MTU} up`,
  ];
}

function addressLine(namespace: string, device: string, address: string): string {
  const nodad = address.includes(":") ? " nodad" : "";
  return `ip -n ${namespace} addr replace ${address} dev ${device}${nodad}`;
}

function routeLines(namespace: string, network: NetworkPlan): string[] {
  const router = network.controller[0]?.split("/")[0];
  return router === undefined ? [] : [`ip -n ${namespace} route replace default via ${router}`];
}
