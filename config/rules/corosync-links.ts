import { list } from "../findings/enumeration.js";
import { type CodeTable, type Draft, drafter } from "../findings/finding.js";
import { networkOf } from "../plan/address.js";
import type { Facts, LinkFact } from "./facts.js";

export const linkCodes = {
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
} as const satisfies CodeTable;
const draft = drafter(linkCodes);

/** Which paths corosync has, whether they fail together, and which one it prefers. */
export function linkDrafts(facts: Facts): Draft[] {
  const known = facts.links.filter(({ network }) => facts.spec.networks[network] !== undefined);
  return [
    ...unknown(facts),
    ...samePath(facts, known),
    ...(known.length === facts.links.length ? choice(facts, known) : []),
    ...priorities(facts),
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
  const withPriority = links.filter(({ priority }) => priority !== undefined);
  if (withPriority.length === 0) {
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
