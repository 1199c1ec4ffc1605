import { type CodeTable, type Draft, drafter } from "../findings/finding.js";
import { isLinkLocal } from "../plan/address.js";
import type { Facts, Network } from "./facts.js";

export const routingCodes = {
  "ring/link-local-openfabric": {
    severity: "error",
    about:
      "FRR of Proxmox VE 8 leaves link-local loopbacks out of OpenFabric without a word, so no node would reach another.",
  },
  "ring/link-local-fabric": {
    severity: "error",
    about:
      "An SDN fabric sets the loopback as source of its routes, and FRR refuses that for link-local addresses.",
  },
  "ring/fabric-on-8": { severity: "error", about: "SDN fabrics exist from Proxmox VE 9 on." },
  "ring/fabric-protocol": {
    severity: "error",
    about: "SDN fabrics speak OpenFabric, or OSPF for IPv4.",
  },
  "ring/fabric-name": {
    severity: "error",
    about:
      "The name of a ring is the id of its SDN fabric: two to eight letters, digits or dashes.",
  },
  "ring/fabric-link": {
    severity: "error",
    about:
      "A fabric can be made only in a formed cluster, and a joining node must have the addresses of all corosync links; so no link runs over a fabric.",
  },
  "ring/two-owners": {
    severity: "error",
    about:
      "SDN rewrites FRR's whole configuration and switches hand-made OpenFabric and OSPF off, so there is one owner for all rings.",
  },
} as const satisfies CodeTable;
const draft = drafter(routingCodes);

const FABRIC_ID = /^[A-Za-z0-9][A-Za-z0-9-]{0,6}[A-Za-z0-9]$/;

/** Which routing protocol a ring can speak, and who may write its configuration. */
export function protocolDrafts({ spec }: Facts, name: string, network: Network): Draft[] {
  const ring = network.thunderbolt;
  const local = network.loopbacks !== undefined && isLinkLocal(network.loopbacks);
  const path = ["networks", name, "thunderbolt"];
  const findings: Draft[] = [];
  if (spec.proxmox.major === 8 && ring?.protocol === "openfabric" && local) {
    findings.push(
      draft(
        "ring/link-local-openfabric",
        [...path, "protocol"],
        `On Proxmox VE 8 OpenFabric does not announce the link-local loopbacks ${network.loopbacks}.`,
        "Write `protocol: ospf` (or leave `protocol` out), or use loopbacks such as 10.255.255.0/24.",
      ),
    );
  }
  if (ring?.owner !== "sdn-fabric") {
    return findings;
  }
  const owner = [...path, "owner"];
  if (spec.proxmox.major === 8) {
    findings.push(
      draft("ring/fabric-on-8", owner, "Proxmox VE 8 has no SDN fabrics.", "Write `owner: frr`."),
    );
  }
  if (local) {
    findings.push(
      draft(
        "ring/link-local-fabric",
        owner,
        `An SDN fabric cannot use the link-local loopbacks ${network.loopbacks}.`,
        "Write `owner: frr`, or use loopbacks such as 10.255.255.0/24.",
      ),
    );
  }
  if (!FABRIC_ID.test(name)) {
    findings.push(
      draft(
        "ring/fabric-name",
        ["networks", name],
        `A fabric cannot be called ${name}.`,
        "Give the network a name of two to eight letters, digits or dashes, such as `ring`.",
        { atKey: true },
      ),
    );
  }
  if (ring.protocol === "bgp" || (ring.protocol === "ospf" && network.loopbacks6 !== undefined)) {
    findings.push(
      draft(
        "ring/fabric-protocol",
        [...path, "protocol"],
        ring.protocol === "bgp"
          ? "The program makes no BGP fabrics."
          : "An OSPF fabric has no IPv6.",
        "Write `protocol: openfabric`, or `owner: frr`.",
      ),
    );
  }
  return findings;
}

/** What all rings have to agree on, with each other and with corosync. */
export function ownerDrafts(facts: Facts): Draft[] {
  return [...owners(facts), ...links(facts)];
}

function owners({ rings }: Facts): Draft[] {
  const [first, ...others] = rings;
  const owner = first?.[1].thunderbolt?.owner;
  return others
    .filter(([, network]) => network.thunderbolt?.owner !== owner)
    .map(([name]) =>
      draft(
        "ring/two-owners",
        ["networks", name, "thunderbolt", "owner"],
        `${name} and ${first?.[0]} have different owners of FRR's configuration.`,
        "Write the same `owner` for every ring: `frr` or `sdn-fabric`.",
      ),
    );
}

/** The fabric comes after the cluster, so the cluster cannot begin on it. */
function links({ links: all, rings }: Facts): Draft[] {
  const fabrics = rings.flatMap(([name, network]) =>
    network.thunderbolt?.owner === "sdn-fabric" ? [name] : [],
  );
  return all
    .filter(({ network }) => fabrics.includes(network))
    .map(({ network, path }) =>
      draft(
        "ring/fabric-link",
        path,
        `The corosync link over ${network} would need a fabric before there is a cluster.`,
        "Write `owner: frr` at the ring, or another network for this link.",
      ),
    );
}
