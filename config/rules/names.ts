import { type CodeTable, type Draft, drafter, type Path } from "../findings/finding.js";
import type { Facts } from "./facts.js";
import type { RuleSet } from "./rule.js";

const codes = {
  "names/other-cluster": {
    severity: "error",
    about:
      "A host with the same full name is a member in another stack of this project. One host cannot be in two clusters, and two hosts cannot share a name in DNS.",
  },
  "names/reserved": {
    severity: "error",
    about: "The name has a fixed meaning on every host and would point a node at itself.",
  },
  "names/reserved-interface": {
    severity: "error",
    about:
      "The name means something else to Linux, to ifupdown or to Proxmox, so settings for it would reach other interfaces.",
  },
  "names/interface-length": {
    severity: "error",
    about: "Linux cuts no names: an interface name beyond 15 characters is refused by the kernel.",
  },
} as const satisfies CodeTable;
const draft = drafter(codes);

const RESERVED_NAMES = new Set(["localhost", "ip6-localhost", "ip6-loopback", "broadcasthost"]);
const INTERFACE_NAME_LENGTH = 15;

function check(facts: Facts): Draft[] {
  return [
    ...reserved(facts),
    ...otherClusters(facts),
    ...vlanDevices(facts),
    ...reservedInterfaces(facts),
  ];
}

function reserved({ nodeNames }: Facts): Draft[] {
  return nodeNames
    .filter((name) => RESERVED_NAMES.has(name))
    .map((name) =>
      draft(
        "names/reserved",
        ["nodes", name],
        `No node can be called ${name}: every host resolves that name to itself.`,
        "Give the node a name of its own.",
        { atKey: true },
      ),
    );
}

/** Two files of the same cluster (for example one for each Proxmox version) may share their members. */
function otherClusters({ spec, others, nodeNames }: Facts): Draft[] {
  return others
    .filter(({ cluster, domain }) => cluster !== spec.name && domain === spec.base.domain)
    .flatMap((other) =>
      nodeNames
        .filter((name) => other.nodes.includes(name))
        .map((name) =>
          draft(
            "names/other-cluster",
            ["nodes", name],
            `${name}.${spec.base.domain} is also a member of cluster ${other.cluster} (${fileName(other.file)}).`,
            "Rename the host or the domain in one of the two files, or remove it from one of them.",
            { atKey: true },
          ),
        ),
    );
}

function fileName(file: string): string {
  return file.split(/[/\\]/).at(-1) ?? file;
}

function vlanDevices({ networks }: Facts): Draft[] {
  return networks.flatMap(([name, network]) => {
    const device = network.device ?? `${network.on}.${network.vlan}`;
    return network.on === undefined ||
      network.vlan === undefined ||
      device.length <= INTERFACE_NAME_LENGTH
      ? []
      : [
          draft(
            "names/interface-length",
            ["networks", name, "vlan"],
            `The VLAN device ${device} would have ${device.length} characters; Linux takes ${INTERFACE_NAME_LENGTH}.`,
            `Add \`device: vlan${network.vlan}\`, or a shorter name for the interface.`,
          ),
        ];
  });
}

/** `all` and `default` are every interface to sysctl, `none` is no port to a bridge, and guests get the last ones. */
const RESERVED_INTERFACE =
  /^(lo|all|default|none|auto|bonding_masters|sit0|tunl0|ip6tnl0|(tap|veth|fwbr|fwpr|fwln)\d.*)$/;

function reservedInterfaces({ spec }: Facts): Draft[] {
  const places: readonly (readonly [name: string, path: Path, atKey: boolean])[] = [
    ...Object.entries(spec.interfaces).flatMap(([name, { bond, bridge, nodes }]) => [
      [name, ["interfaces", name], true] as const,
      ...portPlaces(bond?.ports, ["interfaces", name, "bond", "ports"]),
      ...portPlaces(bridge?.ports, ["interfaces", name, "bridge", "ports"]),
      ...Object.entries(nodes).flatMap(([node, { ports }]) =>
        portPlaces(ports, ["interfaces", name, "nodes", node, "ports"]),
      ),
    ]),
    ...Object.entries(spec.networks).flatMap(([name, { device, thunderbolt }]) => [
      ...(device === undefined ? [] : [[device, ["networks", name, "device"], false] as const]),
      ...portPlaces(thunderbolt?.ports, ["networks", name, "thunderbolt", "ports"]),
    ]),
  ];
  return places
    .filter(([name]) => RESERVED_INTERFACE.test(name))
    .map(([name, path, atKey]) =>
      draft(
        "names/reserved-interface",
        path,
        `No interface of a host can be called ${name} here: the name has a meaning of its own.`,
        "Write the name that `ip link` shows for the port, or a name such as bond0 or vmbr0.",
        { atKey },
      ),
    );
}

function portPlaces(ports: readonly string[] | undefined, path: Path) {
  return (ports ?? []).map((name, index) => [name, [...path, index], false] as const);
}

export const names: RuleSet = { subject: "Names", codes, check };
