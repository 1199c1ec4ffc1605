import type { ClusterSpec } from "../../../config/schema/cluster.js";
import { type Html, html, type Piece } from "../html.js";
import { latencies } from "../latencies.js";
import type { Material } from "../material.js";
import { matrices } from "../matrices.js";
import { badge, bullets, note, sectionHtml, table } from "../parts.js";
import { seenByLook } from "../sight.js";

type Network = ClusterSpec["networks"][string];

export function networks(material: Material): Html {
  const { spec, look } = material;
  const { links, cabling } = look.view;
  return sectionHtml({
    id: "networks",
    title: "Networks",
    seen: seenByLook(material),
    body: [
      html`<h3>Networks of the file</h3>`,
      table({
        label: "Networks",
        head: ["Network", "Addresses", "VLAN", "MTU", "On", "For"],
        rows: Object.entries(spec.networks).map(([name, network]) => [
          name,
          addressesOf(network),
          network.vlan === undefined ? "untagged" : String(network.vlan),
          network.mtu ?? "as its interface",
          network.thunderbolt === undefined ? (network.on ?? "") : "Thunderbolt",
          usesOf(material, name),
        ]),
      }),
      html`<h3>Links of corosync</h3>`,
      table({
        label: "Links of corosync",
        head: ["Link", "Network", "Priority", "State"],
        rows: links.map(({ link, network, priority, state }) => [
          String(link),
          network,
          priority,
          stateOfLink(state),
        ]),
      }) ?? note("No link was seen."),
      latencies(material),
      ringRoutes(material),
      ...cables(cabling),
    ],
  });
}

function addressesOf({ cidr, cidr6, loopbacks, loopbacks6 }: Network): string {
  const all = [cidr, cidr6, loopbacks, loopbacks6].filter((one) => one !== undefined);
  return all.length === 0 ? "guests only" : all.join(", ");
}

function usesOf({ plan, spec }: Material, network: string): string {
  const { ceph } = plan;
  const uses = [
    ...plan.corosync.links.flatMap((link) =>
      link.network === network ? [`link ${link.number}`] : [],
    ),
    ...(spec.datacenter.migrationNetwork === network ? ["migration"] : []),
    ...(ceph?.publicNetwork === network || ceph?.clusterNetwork === network ? ["Ceph"] : []),
  ];
  return uses.join(", ");
}

function stateOfLink(state: string): Html {
  if (state === "unknown") {
    return badge("unseen", "not seen");
  }
  return badge(state === "connected" ? "good" : "bad", state);
}

function ringRoutes({ plan, look }: Material): Piece {
  const { rings } = look.view;
  const names = plan.nodes.map(({ name }) => name);
  const cell = (from: string, to: string): Piece => {
    const ways = rings.filter((one) => one.from === from && one.to === to);
    return ways.length === 0
      ? html`<span class="muted">not seen</span>`
      : ways.map(({ through }) => (through === "no route" ? badge("bad", through) : `${through} `));
  };
  return plan.rings.length === 0
    ? undefined
    : matrices([{ title: "Ways around the ring, by the port that leads there", names, cell }]);
}

function cables({ cables: seen, differences }: Material["look"]["view"]["cabling"]): Piece[] {
  return seen.length + differences.length === 0
    ? [
        html`<h3>Cables</h3>`,
        note("No neighbour was heard on any port: which cable leads where was not seen."),
      ]
    : [
        html`<h3>Cables</h3>`,
        bullets(differences.map((line) => badge("bad", line))),
        bullets(seen),
      ];
}
