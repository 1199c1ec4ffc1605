import { list } from "../findings/enumeration.js";
import { type CodeTable, type Draft, drafter, type Path } from "../findings/finding.js";
import type { Facts } from "./facts.js";
import { lowerOf } from "./facts.js";
import type { RuleSet } from "./rule.js";

const codes = {
  "interfaces/unknown-node": {
    severity: "error",
    about: "Ports are given for a node that the file does not have.",
  },
  "interfaces/cabling": {
    severity: "error",
    about: "A cable is declared at a port that the interface does not have on that node.",
  },
  "interfaces/port-twice": {
    severity: "error",
    about:
      "A port can belong to one bond or bridge only; the second one would lose it without a message.",
  },
  "interfaces/loop": { severity: "error", about: "Interfaces stand on each other in a circle." },
  "interfaces/mtu-chain": {
    severity: "error",
    about:
      "An interface cannot carry larger packets than the one below it. ifupdown2 would clamp the value silently and succeed.",
  },
  "interfaces/port-count": {
    severity: "error",
    about: "A plain port stands for one port of the machine.",
  },
  "bonds/lacp-without-lag": {
    severity: "error",
    about:
      "Where the switch ports form no LAG, 802.3ad uses a single port and looks healthy while it does.",
  },
  "bonds/active-backup-on-lag": {
    severity: "error",
    about:
      "Behind a LACP LAG, active-backup works only as long as the host's active port is the one that the switch has chosen; on the other one everything is lost.",
  },
  "bonds/lacp-slow": {
    severity: "error",
    about:
      "With slow LACP timers a silent link is noticed after up to 90 s. Proxmox HA resets nodes after 60 s without quorum, so one bad cable could reset all of them.",
  },
  "bonds/primary": {
    severity: "error",
    about: "The preferred port belongs to an active-backup bond and is one of its ports.",
  },
  "bonds/single-port": {
    severity: "warning",
    about: "A bond of one port protects against nothing.",
  },
} as const satisfies CodeTable;
const draft = drafter(codes);

function check(facts: Facts): Draft[] {
  return [
    ...unknownNodes(facts),
    ...cablings(facts),
    ...portsTwice(facts),
    ...loops(facts),
    ...chains(facts),
    ...plainPorts(facts),
    ...bonds(facts),
  ];
}

function unknownNodes({ spec }: Facts): Draft[] {
  return Object.entries(spec.interfaces).flatMap(([name, { nodes }]) =>
    Object.keys(nodes)
      .filter((node) => spec.nodes[node] === undefined)
      .map((node) =>
        draft(
          "interfaces/unknown-node",
          ["interfaces", name, "nodes", node],
          `There is no node ${node}.`,
          `Write one of ${list(Object.keys(spec.nodes))}.`,
          { atKey: true },
        ),
      ),
  );
}

function cablings({ spec, nodeNames }: Facts): Draft[] {
  return Object.entries(spec.interfaces).flatMap(([name, definition]) =>
    Object.entries(definition.cabling).flatMap(([node, ports]) => {
      const path = ["interfaces", name, "cabling", node];
      if (!nodeNames.includes(node)) {
        return [
          draft(
            "interfaces/unknown-node",
            path,
            `There is no node ${node}.`,
            `Write one of ${list(nodeNames)}.`,
            { atKey: true },
          ),
        ];
      }
      const known =
        definition.port === undefined
          ? lowerOf(definition, node)
          : (definition.nodes[node]?.ports ?? [name]);
      return Object.keys(ports)
        .filter((port) => !known.includes(port))
        .map((port) =>
          draft(
            "interfaces/cabling",
            [...path, port],
            `${name} has no port ${port} on ${node}.`,
            `Write one of ${list(known)}.`,
            { atKey: true },
          ),
        );
    }),
  );
}

function portsTwice({ spec, nodeNames, rings, portsUnder }: Facts): Draft[] {
  return nodeNames
    .flatMap((node) => {
      const owners = new Map<string, string>();
      const claim = (port: string, owner: string, path: Path): Draft[] => {
        const known = owners.get(port);
        if (known === undefined) {
          owners.set(port, owner);
          return [];
        }
        return [
          draft(
            "interfaces/port-twice",
            path,
            `${port} of ${node} belongs to ${known} and to ${owner}.`,
            "Name it in one place only.",
          ),
        ];
      };
      return [
        ...rings.flatMap(([name]) =>
          portsUnder(name, node).flatMap((port) =>
            claim(port, `the ring ${name}`, ["networks", name, "thunderbolt", "ports"]),
          ),
        ),
        ...Object.entries(spec.interfaces).flatMap(([name, definition]) =>
          (definition.port === undefined
            ? lowerOf(definition, node)
            : (definition.nodes[node]?.ports ?? [name])
          ).flatMap((port) => claim(port, name, ["interfaces", name])),
        ),
      ];
    })
    .filter(firstOfItsKind());
}

/** Machines of one kind repeat a mistake; once is enough. */
function firstOfItsKind(): (one: Draft) => boolean {
  const seen = new Set<string>();
  return ({ path, what }) => {
    const key = `${path.join("/")} ${what.replace(/ of \S+ belongs/, " belongs")}`;
    return seen.size !== seen.add(key).size;
  };
}

function loops({ spec }: Facts): Draft[] {
  const reaches = (from: string, target: string, seen: Set<string>): boolean => {
    const definition = spec.interfaces[from];
    if (definition === undefined || seen.has(from)) {
      return false;
    }
    seen.add(from);
    return lowerOf(definition, "").some(
      (lower) => lower === target || reaches(lower, target, seen),
    );
  };
  return Object.keys(spec.interfaces)
    .filter((name) => reaches(name, name, new Set()))
    .map((name) =>
      draft(
        "interfaces/loop",
        ["interfaces", name],
        `${name} stands on itself, directly or through others.`,
        "Let bridges stand on bonds or ports, and bonds on ports.",
        { atKey: true },
      ),
    );
}

function chains({ spec }: Facts): Draft[] {
  return Object.entries(spec.interfaces).flatMap(([name, definition]) =>
    lowerOf(definition, "").flatMap((lower) => {
      const below = spec.interfaces[lower];
      return below === undefined || below.mtu >= definition.mtu
        ? []
        : [
            draft(
              "interfaces/mtu-chain",
              ["interfaces", name, "mtu"],
              `${name} has MTU ${definition.mtu}, and ${lower} below it only ${below.mtu}.`,
              `Write \`mtu: ${definition.mtu}\` at interfaces.${lower} too.`,
            ),
          ];
    }),
  );
}

function plainPorts({ spec }: Facts): Draft[] {
  return Object.entries(spec.interfaces).flatMap(([name, { port, nodes }]) =>
    port === undefined
      ? []
      : Object.entries(nodes)
          .filter(([, { ports }]) => ports.length > 1)
          .map(([node]) =>
            draft(
              "interfaces/port-count",
              ["interfaces", name, "nodes", node, "ports"],
              `${name} is a plain port and has several on ${node}.`,
              "Name one port, or make it a `bond`.",
            ),
          ),
  );
}

function bonds(facts: Facts): Draft[] {
  return Object.entries(facts.spec.interfaces).flatMap(([name, { bond }]) => {
    if (bond === undefined) {
      return [];
    }
    const path = ["interfaces", name, "bond"];
    const findings: Draft[] = [];
    if (bond.mode === "802.3ad" && bond.farSide === "independent") {
      findings.push(
        draft(
          "bonds/lacp-without-lag",
          [...path, "mode"],
          `${name} speaks LACP to independent switch ports, so only one of its ports would ever work.`,
          "Write `mode: active-backup` with a `primary`, or make the switch ports one LAG (over two switches: MC-LAG) and write `farSide: lag`.",
        ),
      );
    }
    if (bond.mode === "active-backup" && bond.farSide === "lag") {
      findings.push(
        draft(
          "bonds/active-backup-on-lag",
          [...path, "mode"],
          `${name} is active-backup while its switch ports form a LAG.`,
          "Write `mode: 802.3ad` (with MC-LAG too), or `farSide: independent` when the switch ports are no LAG.",
        ),
      );
    }
    if (bond.mode === "802.3ad" && bond.lacpRate === "slow" && carriesCorosync(facts, bond.ports)) {
      findings.push(
        draft(
          "bonds/lacp-slow",
          [...path, "lacpRate"],
          `${name} carries corosync with slow LACP timers.`,
          "Write `lacpRate: fast`, here and on the switches.",
        ),
      );
    }
    if (
      bond.primary !== undefined &&
      (bond.mode === "802.3ad" || !bond.ports.includes(bond.primary))
    ) {
      findings.push(
        draft(
          "bonds/primary",
          [...path, "primary"],
          bond.mode === "802.3ad"
            ? "A bond in mode 802.3ad uses all ports and has no preferred one."
            : `${bond.primary} is not a port of ${name}.`,
          bond.mode === "802.3ad" ? "Remove `primary`." : `Write one of ${list(bond.ports)}.`,
        ),
      );
    }
    if (bond.ports.length === 1) {
      findings.push(
        draft(
          "bonds/single-port",
          [...path, "ports"],
          `${name} has a single port.`,
          "Add a second port, or let the bridge stand on the port itself.",
        ),
      );
    }
    return findings;
  });
}

function carriesCorosync(
  { links, nodeNames, portsUnder }: Facts,
  ports: readonly string[],
): boolean {
  return links.some(({ network }) =>
    nodeNames.some((node) => portsUnder(network, node).some((port) => ports.includes(port))),
  );
}

export const interfaces: RuleSet = { subject: "Interfaces and bonds", codes, check };
