import { type CodeTable, type Draft, drafter } from "../findings/finding.js";
import { list, seconds } from "../findings/words.js";
import { networkOf } from "../plan/address.js";
import { quorumOf } from "../plan/corosync.js";
import type { Facts, LinkFact } from "./facts.js";
import type { RuleSet } from "./rule.js";

const codes = {
  "corosync/unknown-network": {
    severity: "error",
    about: "A link stands on a network that `networks` does not declare.",
  },
  "corosync/same-network": {
    severity: "error",
    about: "Two links in one network or one prefix are one path: they fail together.",
  },
  "corosync/same-hardware": {
    severity: "error",
    about:
      "Links in two VLANs of one bond or port fail together: a second link belongs on other hardware.",
  },
  "corosync/single-link": {
    severity: "warning",
    about:
      "With one link every fault of its network counts as the loss of nodes, and HA resets healthy ones.",
  },
  "corosync/ring-only": {
    severity: "error",
    about:
      "On the Thunderbolt ring alone a broken cable or a restart of the routing looks like dead nodes.",
  },
  "corosync/ring-preferred": {
    severity: "warning",
    about:
      "With the ring as preferred link every cable and routing event touches quorum, and joining depends on a ring that already works.",
  },
  "corosync/preferred-on-storage": {
    severity: "warning",
    about: "Storage traffic delays corosync's tokens; a late token counts as a lost node.",
  },
  "corosync/mixed-priorities": {
    severity: "error",
    about:
      "Priorities are given for all links or for none, else their order is a matter of chance.",
  },
  "corosync/priority-order": {
    severity: "warning",
    about: "The highest number wins. Guides and the help text of pvecm say the opposite.",
  },
  "corosync/priority-equal": {
    severity: "error",
    about: "With equal priorities nothing says which link carries the traffic.",
  },
  "corosync/even-nodes": {
    severity: "error",
    about:
      "With an even number of votes, half of the nodes lost means no quorum for anybody. A QDevice gives the tie-break.",
  },
  "corosync/even-nodes-accepted": {
    severity: "warning",
    about: "The file accepts an even number of votes without a QDevice.",
  },
  "corosync/odd-qdevice": {
    severity: "warning",
    about:
      "With an odd number of nodes a QDevice adds a dependency and, as it then carries many votes, can cost quorum by itself.",
  },
  "corosync/single-node-decides": {
    severity: "error",
    about: "The loss of one node would take quorum from all others, because it has too many votes.",
  },
  "corosync/too-many-nodes": {
    severity: "warning",
    about: "Corosync's latency limits are proven for about thirty nodes.",
  },
  "corosync/single-node": {
    severity: "warning",
    about: "One node is no cluster: nothing takes over what runs on it.",
  },
  "corosync/qdevice-inside": {
    severity: "error",
    about: "The tie-breaker must stand outside of what it decides about.",
  },
  "corosync/qdevice-network": {
    severity: "error",
    about: "The network to the QDevice is not declared.",
  },
  "corosync/udp-port": {
    severity: "warning",
    about:
      "knet uses one UDP port for each link from 5405 on. The Proxmox firewall opens 5405 to 5412 by itself and no others; 5404 belonged to multicast.",
  },
  "corosync/token": {
    severity: "error",
    about:
      "The token time-out must be long enough for the network and far shorter than the 60 s after which a watchdog resets a node.",
  },
} as const satisfies CodeTable;
const draft = drafter(codes);

const PROVEN_NODES = 32;
const FIREWALL_PORTS = { first: 5405, last: 5412 };
const TOKEN_MS = { least: 1_000, most: 20_000 };

function check(facts: Facts): Draft[] {
  const known = facts.links.filter(({ network }) => facts.spec.networks[network] !== undefined);
  return [
    ...unknown(facts),
    ...samePath(facts, known),
    ...(known.length === facts.links.length ? choice(facts, known) : []),
    ...priorities(facts),
    ...votes(facts),
    ...qdevice(facts),
    ...timing(facts),
  ];
}

function unknown({ spec, links }: Facts): Draft[] {
  return links
    .filter(({ network }) => spec.networks[network] === undefined)
    .map(({ network, path }) =>
      draft(
        "corosync/unknown-network",
        path,
        `There is no network ${network} for this link.`,
        `Declare it under \`networks\` (with its VLAN or port), or use one of ${list(Object.keys(spec.networks))}.`,
      ),
    );
}

function samePath(facts: Facts, links: readonly LinkFact[]): Draft[] {
  return links.flatMap((link, index) =>
    links.slice(0, index).flatMap((other) => {
      if (link.network === other.network || samePrefix(facts, link.network, other.network)) {
        return [
          draft(
            "corosync/same-network",
            link.path,
            `Links ${other.network} and ${link.network} are the same network, so they are one link.`,
            "Name a second network with a prefix and hardware of its own, or remove the link.",
          ),
        ];
      }
      const node = facts.nodeNames.find((name) =>
        sharesPort(facts, name, link.network, other.network),
      );
      return node === undefined
        ? []
        : [
            draft(
              "corosync/same-hardware",
              link.path,
              `Links ${other.network} and ${link.network} both run over ${list(facts.portsUnder(link.network, node))} of ${node}, so they fail together.`,
              "Put one of the two networks on another port, for example a 1G port of its own.",
            ),
          ];
    }),
  );
}

function samePrefix({ spec }: Facts, a: string, b: string): boolean {
  const [first, second] = [spec.networks[a]?.cidr, spec.networks[b]?.cidr];
  return first !== undefined && second !== undefined && networkOf(first) === networkOf(second);
}

function sharesPort({ portsUnder }: Facts, node: string, a: string, b: string): boolean {
  const ports = portsUnder(a, node);
  return portsUnder(b, node).some((port) => ports.includes(port));
}

function choice(facts: Facts, links: readonly LinkFact[]): Draft[] {
  const { spec, nodeNames } = facts;
  const isRing = (network: string) => spec.networks[network]?.thunderbolt !== undefined;
  const preferred = preferredOf(links);
  if (preferred === undefined || nodeNames.length < 2) {
    return [];
  }
  if (links.every(({ network }) => isRing(network))) {
    return [
      draft(
        "corosync/ring-only",
        preferred.path,
        "Corosync would run over the ring alone.",
        "Write `links: [management, ring]`: the switched network first, the ring as second path.",
      ),
    ];
  }
  return [
    ...(links.length > 1
      ? []
      : [
          draft(
            "corosync/single-link",
            ["corosync", "links"],
            `Corosync has a single link, ${preferred.network}.`,
            "Add a second network on other hardware.",
          ),
        ]),
    ...(isRing(preferred.network)
      ? [
          draft(
            "corosync/ring-preferred",
            preferred.path,
            `The ring ${preferred.network} is the preferred link, so every cable event touches quorum.`,
            "Write the switched network first: `links: [management, ring]`.",
          ),
        ]
      : []),
    ...([spec.ceph?.publicNetwork, spec.ceph?.clusterNetwork].includes(preferred.network)
      ? [
          draft(
            "corosync/preferred-on-storage",
            preferred.path,
            `The preferred link ${preferred.network} also carries Ceph.`,
            "Prefer a network without storage traffic (`storage` networks are fine as second link), or give Ceph its own.",
          ),
        ]
      : []),
  ];
}

function preferredOf(links: readonly LinkFact[]): LinkFact | undefined {
  const complete = links.every(({ priority }) => priority !== undefined);
  return complete ? [...links].sort((a, b) => (b.priority ?? 0) - (a.priority ?? 0))[0] : links[0];
}

function priorities({ links }: Facts): Draft[] {
  const given = links.filter(({ priority }) => priority !== undefined);
  if (given.length === 0) {
    return [];
  }
  const bare = links.find(({ priority }) => priority === undefined);
  if (bare !== undefined) {
    return [
      draft(
        "corosync/mixed-priorities",
        bare.path,
        `${bare.network} has no priority while another link has one.`,
        `Write \`{network: ${bare.network}, priority: …}\`; the highest number wins. Or leave all of them out: then the first link is preferred.`,
      ),
    ];
  }
  return links.slice(1).flatMap((link, index) => {
    const before = links[index];
    const [higher, lower] = [link.priority ?? 0, before?.priority ?? 0];
    if (higher < lower) {
      return [];
    }
    return [
      higher === lower
        ? draft(
            "corosync/priority-equal",
            [...link.path, "priority"],
            `${before?.network} and ${link.network} both have priority ${lower}.`,
            "Give the link that should carry the traffic the higher number.",
          )
        : draft(
            "corosync/priority-order",
            [...link.path, "priority"],
            `${link.network} (${higher}) would carry the traffic, although ${before?.network} (${lower}) stands first: the higher number wins.`,
            "Swap the numbers, or the order if this is what you mean.",
          ),
    ];
  });
}

function votes({ spec, nodeNames }: Facts): Draft[] {
  const { qdevice: device, evenNodesAccepted } = spec.corosync;
  const all = Object.values(spec.nodes).reduce((sum, { votes: own }) => sum + own, 0);
  if (nodeNames.length < 2) {
    return [
      draft(
        "corosync/single-node",
        ["nodes"],
        "The cluster has a single node.",
        "Add nodes; three is the smallest number that survives the loss of one.",
        { atKey: true },
      ),
    ];
  }
  const findings: Draft[] = [];
  if (all % 2 === 0 && device === undefined) {
    findings.push(
      draft(
        evenNodesAccepted ? "corosync/even-nodes-accepted" : "corosync/even-nodes",
        evenNodesAccepted ? ["corosync", "evenNodesAccepted"] : ["nodes"],
        `The nodes have ${all} votes together; with half of them gone the other half stops too.`,
        "Add `corosync.qdevice: {address: …}` on a host outside the cluster or one more node; to go on without, write `corosync.evenNodesAccepted: true`.",
        { atKey: true },
      ),
    );
  }
  if (device === undefined && nodeNames.length > 2) {
    findings.push(
      ...Object.entries(spec.nodes)
        .filter(([, { votes: own }]) => own > 1 && all - own < quorumOf(all))
        .map(([name, { votes: own }]) =>
          draft(
            "corosync/single-node-decides",
            ["nodes", name, "votes"],
            `${name} has ${own} of ${all} votes; without it the others have ${all - own} and need ${quorumOf(all)}.`,
            "Write `votes: 1` for every node (the default).",
          ),
        ),
    );
  }
  if (nodeNames.length > PROVEN_NODES) {
    findings.push(
      draft(
        "corosync/too-many-nodes",
        ["nodes"],
        `The cluster has ${nodeNames.length} nodes.`,
        `Make several clusters of at most ${PROVEN_NODES} nodes.`,
        { atKey: true },
      ),
    );
  }
  return findings;
}

function qdevice({ spec, nodeNames, nodes }: Facts): Draft[] {
  const device = spec.corosync.qdevice;
  if (device === undefined) {
    return [];
  }
  const path = ["corosync", "qdevice"];
  const inside =
    nodeNames.includes(device.address) || nodes.some(({ address }) => address === device.address);
  return [
    ...(inside
      ? [
          draft(
            "corosync/qdevice-inside",
            [...path, "address"],
            "The QDevice is a node of this cluster.",
            "Run corosync-qnetd on a host outside the cluster, for example the NAS or a small computer.",
          ),
        ]
      : []),
    ...(nodeNames.length % 2 === 1
      ? [
          draft(
            "corosync/odd-qdevice",
            path,
            `${nodeNames.length} nodes need no QDevice: without it any minority of them may fail, and with it the cluster hangs on its host as well.`,
            "Remove `qdevice`, or add a node. One that is set up already leaves by `consent: {qdevice: <last day>}`.",
            { atKey: true },
          ),
        ]
      : []),
    ...(device.network !== undefined && spec.networks[device.network] === undefined
      ? [
          draft(
            "corosync/qdevice-network",
            [...path, "network"],
            `There is no network ${device.network}.`,
            `Write one of ${list(Object.keys(spec.networks))}.`,
          ),
        ]
      : []),
  ];
}

function timing({ spec, links }: Facts): Draft[] {
  const { udpPort, token } = spec.corosync;
  const last = udpPort + links.length - 1;
  return [
    ...(udpPort >= FIREWALL_PORTS.first && last <= FIREWALL_PORTS.last
      ? []
      : [
          draft(
            "corosync/udp-port",
            ["corosync", "udpPort"],
            `The links would use UDP ${udpPort === last ? udpPort : `${udpPort} to ${last}`}, outside of 5405 to 5412.`,
            "Leave `udpPort` out to use 5405, or open the ports in the firewall of every node.",
          ),
        ]),
    ...(token !== undefined && (token < TOKEN_MS.least || token > TOKEN_MS.most)
      ? [
          draft(
            "corosync/token",
            ["corosync", "token"],
            `A token time-out of ${seconds(token)} is ${token < TOKEN_MS.least ? "too short: a busy node counts as lost" : "too long: a watchdog resets the node before its loss is noticed"}.`,
            "Leave `token` out for 3 s, or write 1s to 20s.",
          ),
        ]
      : []),
  ];
}

export const corosync: RuleSet = { subject: "Corosync and quorum", codes, check };
