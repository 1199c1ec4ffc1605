import { HARDWARE } from "../../../config/hardware/index.js";
import { contains, hostInNetwork, networkOf } from "../../../config/plan/address.js";
import type { Margin } from "../margin.js";
import { isFormed, type SeenHost, type Sight } from "../sight.js";
import { hardwareOf } from "./hardware.js";
import type { NetworkInput } from "./networks.js";

export interface RingConclusion {
  readonly name: "ring";
  readonly network: NetworkInput;
  /** Only those that do not follow from the ids. */
  readonly addresses: Readonly<Record<string, string>>;
  /** All loopbacks, by node. */
  readonly loopbacks: Readonly<Record<string, string>>;
}

type Thunderbolt = NonNullable<NetworkInput["thunderbolt"]>;
const PROTOCOLS = ["openfabric", "ospf", "bgp"] as const;
/** Proposed for new rings, the first that meets no network of the hosts. */
const FREE = ["10.255.255.0/24", "172.31.255.0/24", "192.168.255.0/24"];

/** A ring that routes already, or one whose cables are there and that nobody has set up yet. */
export function concludeRing(sight: Sight, margin: Margin): RingConclusion | undefined {
  return routedRing(sight, margin) ?? cabledRing(sight, margin);
}

function routedRing({ hosts }: Sight, margin: Margin): RingConclusion | undefined {
  const [first] = hosts;
  const protocols = hosts.map(protocolOf);
  const protocol = protocols[0];
  if (first === undefined || protocol === undefined) {
    return undefined;
  }
  const loopbacks = hosts.flatMap((host) => {
    const address = loopbackOf(host);
    return address === undefined ? [] : [[host, address] as const];
  });
  if (loopbacks.length < hosts.length || protocols.some((one) => one?.name !== protocol.name)) {
    margin.warn(
      "A ring routes on some of the hosts, and not on all of them with one protocol and a loopback of each.",
    );
    return undefined;
  }
  const cidr = networkAround(loopbacks.map(([, address]) => address));
  const ports = ringPorts(first);
  const mtu = first.mtus[ports[0] ?? ""];
  return {
    name: "ring",
    network: {
      thunderbolt: {
        ...(ports.length === 0 ? {} : { ports: [...ports].slice(0, 2) }),
        ...topologyOf(hosts),
        ...(protocol.name === "openfabric" ? {} : { protocol: protocol.name }),
        ...(protocol.owner === "frr" ? {} : { owner: protocol.owner }),
      },
      loopbacks: cidr,
      ...(mtu === undefined || mtu === HARDWARE[hardwareOf(first).profile].ringMtu ? {} : { mtu }),
    },
    addresses: Object.fromEntries(
      loopbacks.flatMap(([{ node, id }, address]) =>
        derived(cidr, id) === address ? [] : [[node, address]],
      ),
    ),
    loopbacks: Object.fromEntries(loopbacks.map(([{ node }, address]) => [node, address])),
  };
}

function protocolOf({
  routing,
  fabrics,
}: SeenHost):
  | { readonly name: (typeof PROTOCOLS)[number]; readonly owner: "frr" | "sdn-fabric" }
  | undefined {
  const [fabric] = fabrics;
  const owner = fabric === undefined ? "frr" : "sdn-fabric";
  const name = PROTOCOLS.find((one) =>
    (fabric === undefined ? routing.protocols : [fabric.protocol]).includes(one),
  );
  return name === undefined ? undefined : { name, owner };
}

/** The one address of its own that no network of cables has. */
function loopbackOf({ addresses, fabrics }: SeenHost): string | undefined {
  const devices = ["lo", ...fabrics.map(({ id }) => `dummy_${id}`)];
  return addresses
    .find(({ interface: name, cidr }) => devices.includes(name) && cidr.endsWith("/32"))
    ?.cidr.split("/")[0];
}

export function ringPorts({ routing, ports }: SeenHost): readonly string[] {
  const thunderbolt = ports.flatMap(({ name, driver }) =>
    driver === "thunderbolt-net" ? [name] : [],
  );
  return routing.ports.length > 0 ? routing.ports : thunderbolt;
}

function topologyOf(hosts: readonly SeenHost[]): Pick<Thunderbolt, "topology"> {
  if (hosts.length === 2) {
    return { topology: "pair" };
  }
  return hosts.some((host) => host.thunderboltPeers === 1) ? { topology: "chain" } : {};
}

/** The smallest usual network in which all of them are hosts. */
export function networkAround(addresses: readonly string[]): string {
  const [first = "0.0.0.0"] = addresses;
  const prefix = [24, 16, 8].find((one) => {
    const network = networkOf(`${first}/${one}`);
    return addresses.every((address) => contains(network, address));
  });
  return networkOf(`${first}/${prefix ?? 0}`);
}

function derived(cidr: string, id: number): string | undefined {
  try {
    return hostInNetwork(cidr, id);
  } catch {
    return undefined;
  }
}

/** Hosts that were met before anybody set up their ring: cables tell enough. */
function cabledRing(sight: Sight, margin: Margin): RingConclusion | undefined {
  const { hosts } = sight;
  if (hosts.length < 2 || !hosts.every(({ thunderboltPeers }) => thunderboltPeers > 0)) {
    return undefined;
  }
  if (isFormed(sight)) {
    margin.leave("Thunderbolt cables run between the hosts, and no ring routes over them.");
    return undefined;
  }
  const known = hosts.flatMap(({ addresses }) =>
    addresses.flatMap(({ cidr }) => cidr.split("/")[0] ?? []),
  );
  const loopbacks = FREE.find((cidr) =>
    known.every((address) => address.includes(":") || !contains(cidr, address)),
  );
  if (loopbacks === undefined) {
    return undefined;
  }
  margin.note(
    ["networks", "ring"],
    "Thunderbolt cables run between the hosts. These loopbacks are a proposal; no switch ever sees them.",
  );
  return {
    name: "ring",
    network: { thunderbolt: { ...topologyOf(hosts) }, loopbacks },
    addresses: {},
    loopbacks: Object.fromEntries(
      hosts.map(({ node, id }) => [node, hostInNetwork(loopbacks, id)]),
    ),
  };
}
