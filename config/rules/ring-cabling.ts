import { list } from "../findings/enumeration.js";
import { type CodeTable, type Draft, drafter } from "../findings/finding.js";
import type { Facts, Network } from "./facts.js";

export const cablingCodes = {
  "ring/topology": {
    severity: "error",
    about:
      "A closed ring needs three nodes, a pair exactly two; the number of ports follows from the shape.",
  },
  "ring/no-ports": {
    severity: "error",
    about:
      "The machine's hardware profile knows no Thunderbolt ports, so their controllers must be named.",
  },
  "ring/unknown-port": {
    severity: "error",
    about: "A port is named by its controller's PCI path, and for this name none is known.",
  },
  "ring/port-name": {
    severity: "error",
    about:
      "Proxmox takes only certain names for physical ports, and a name that the kernel gives by itself could belong to another port after a reboot.",
  },
  "ring/cabling": {
    severity: "error",
    about: "A declared cable must join two existing ports of two nodes, each port once.",
  },
} as const satisfies CodeTable;
const draft = drafter(cablingCodes);

/** Names that Proxmox treats as physical ports. */
const PHYSICAL_NAME = /^(en[a-z0-9]+|eth\d+|ib[a-z0-9]+|nic\d+|if\d+)$/;
/** Names that the kernel and udev hand out themselves: they could meet another port after the next boot. */
const GIVEN_NAME = /^(eth\d+|en[ospx]\w*\d\w*|thunderbolt\d+)$/;

export function cablingDrafts(facts: Facts): Draft[] {
  return facts.rings.flatMap(([name, network]) => [
    ...topology(facts, name, network),
    ...ports(facts, name, network),
    ...portNames(name, network),
    ...cables(facts, name, network),
  ]);
}

function topology({ nodeNames }: Facts, name: string, network: Network): Draft[] {
  const shape = network.thunderbolt?.topology ?? "ring";
  const count = nodeNames.length;
  const wrong =
    (shape === "ring" && count < 3) ||
    (shape === "pair" && count !== 2) ||
    (shape === "chain" && count < 2);
  return wrong
    ? [
        draft(
          "ring/topology",
          ["networks", name, "thunderbolt", "topology"],
          `${count} ${count === 1 ? "node makes" : "nodes make"} no ${shape}.`,
          count === 2
            ? "Write `topology: pair`."
            : count < 2
              ? "Remove the ring, or add nodes."
              : "Write `topology: ring`, or `chain` when the cables do not close the circle.",
        ),
      ]
    : [];
}

function ports({ nodes }: Facts, name: string, network: Network): Draft[] {
  const wanted = network.thunderbolt?.ports;
  const needed = network.thunderbolt?.topology === "pair" ? 1 : 2;
  const path = ["networks", name, "thunderbolt"];
  if (wanted !== undefined && wanted.length < needed) {
    return [
      draft(
        "ring/topology",
        [...path, "ports"],
        `A ${network.thunderbolt?.topology} needs two ports on each node, and one is named.`,
        "Name both ports, for example [en05, en06].",
      ),
    ];
  }
  return nodes.flatMap((node) => {
    const known = node.hardware.thunderboltPorts.map((port) => port.name);
    if (known.length === 0) {
      return [
        draft(
          "ring/no-ports",
          ["nodes", node.name, "hardware"],
          `The profile ${node.hardware.profile} of ${node.name} knows no Thunderbolt ports for the ring ${name}.`,
          'Add `overrides: {thunderboltPorts: [{name: en05, path: "pci-0000:00:0d.2"}, …]}` with the paths that `udevadm info` shows as ID_PATH.',
        ),
      ];
    }
    const unknown = (wanted ?? []).filter((port) => !known.includes(port));
    return unknown.length === 0
      ? []
      : [
          draft(
            "ring/unknown-port",
            [...path, "ports"],
            `${node.name} (${node.hardware.profile}) has no Thunderbolt port ${list(unknown)}; it has ${list(known)}.`,
            `Write [${known.join(", ")}], or name the port under \`overrides.thunderboltPorts\` of the node.`,
          ),
        ];
  });
}

function portNames(name: string, network: Network): Draft[] {
  return (network.thunderbolt?.ports ?? [])
    .filter((port) => !PHYSICAL_NAME.test(port) || GIVEN_NAME.test(port))
    .map((port) =>
      draft(
        "ring/port-name",
        ["networks", name, "thunderbolt", "ports"],
        GIVEN_NAME.test(port)
          ? `${port} is a name that the system gives by itself, so it clashes with a port's alternative name.`
          : `Proxmox does not take ${port} for a physical port.`,
        "Use names such as en05 and en06.",
      ),
    );
}

function cables(facts: Facts, name: string, network: Network): Draft[] {
  const used = new Set<string>();
  return (network.thunderbolt?.cabling ?? []).flatMap((ends, index) => {
    const path = ["networks", name, "thunderbolt", "cabling", index];
    const complaint = (what: string, fix: string) => draft("ring/cabling", path, what, fix);
    const [a, b] = ends;
    if (a.split(":")[0] === b.split(":")[0]) {
      return [
        complaint(`The cable ${a} - ${b} joins a node with itself.`, "Name ports of two nodes."),
      ];
    }
    return ends.flatMap((end) => {
      const [node = "", port = ""] = end.split(":");
      if (!facts.nodeNames.includes(node) || !facts.portsUnder(name, node).includes(port)) {
        return [
          complaint(
            `${end} is no port of the ring.`,
            `Write node:port, for example ${facts.nodeNames[0]}:${facts.portsUnder(name, facts.nodeNames[0] ?? "")[0] ?? "en05"}.`,
          ),
        ];
      }
      if (used.has(end)) {
        return [complaint(`${end} has two cables.`, "Name each port once.")];
      }
      used.add(end);
      return [];
    });
  });
}
