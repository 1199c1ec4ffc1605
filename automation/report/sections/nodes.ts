import { diskSize, gib } from "../../../config/findings/figures.js";
import type { NodeFacts } from "../../doctor/node-facts.js";
import type { ClusterView } from "../../status/cluster-view.js";
import { type Html, html } from "../html.js";
import type { Material } from "../material.js";
import { badge, sectionHtml, some, type Tone, table } from "../parts.js";
import { factsOf, seenByExamination } from "../sight.js";

type NodeState = ClusterView["nodes"][number]["state"];

/** Members are well; whoever answered and is none is not; of the others nothing is known. */
export function toneOfNode(state: NodeState): Tone {
  switch (state) {
    case "member":
      return "good";
    case "late":
    case "unreachable":
      return "unseen";
    default:
      return "bad";
  }
}

export function wordOfNode(state: NodeState): string {
  return toneOfNode(state) === "unseen" ? `not seen: ${state}` : state;
}

const MOST_DISKS = 4;

export function nodes(material: Material): Html {
  const { look } = material;
  const rows = look.view.nodes.map(({ node, address, state, detail }) => {
    const facts = factsOf(material, node);
    return [
      node,
      address,
      html`${badge(toneOfNode(state), wordOfNode(state))} ${toneOfNode(state) === "unseen" ? "" : detail}`,
      facts === undefined ? UNSEEN : html`<span class="nowrap">${facts.kernel}</span>`,
      facts === undefined ? UNSEEN : html`<span class="nowrap">${gib(facts.memoryBytes)}</span>`,
      facts === undefined ? UNSEEN : clockOf(facts),
      facts === undefined ? UNSEEN : portsOf(facts),
      facts === undefined ? UNSEEN : disksOf(facts),
    ];
  });
  return sectionHtml({
    id: "nodes",
    title: "Nodes",
    seen: seenByExamination(material),
    body: [
      table({
        label: "Nodes",
        head: [
          "Node",
          "Address",
          "State",
          "Kernel",
          "Memory",
          "Clock",
          "Ports with a link",
          "Disks",
        ],
        rows,
      }),
      outOfService(look.view),
    ],
  });
}

const UNSEEN = html`<span class="muted">not seen</span>`;

function clockOf({ chrony }: NodeFacts): Html {
  return chrony.active && chrony.synchronised
    ? badge("good", "synchronised")
    : badge("bad", chrony.active ? "not synchronised" : "chrony does not run");
}

function portsOf({ nics }: NodeFacts): string {
  const linked = nics.filter(({ carrier }) => carrier === true);
  const speed = (mbit: number | undefined): string =>
    mbit === undefined ? "" : mbit < 1_000 ? ` ${mbit} M` : ` ${mbit / 1_000} G`;
  return linked.map(({ name, speedMbit }) => `${name}${speed(speedMbit)}`).join(", ") || "none";
}

function disksOf({ disks }: NodeFacts): Html | string {
  if (disks === undefined) {
    return UNSEEN;
  }
  const kinds = disks.map(({ model, sizeBytes }) => `${model} ${diskSize(sizeBytes)}`.trim());
  const words = [...new Set(kinds)].map((kind) => {
    const count = kinds.filter((one) => one === kind).length;
    return count === 1 ? kind : `${count} \u00d7 ${kind}`;
  });
  const osds = disks.flatMap(({ osd }) => osd ?? []).length;
  const used = osds === 0 ? "" : `; ${osds} are OSDs`;
  return words.length === 0 ? "none" : `${some(words, MOST_DISKS)}${used}`;
}

function outOfService({ maintenance }: ClusterView): Html | undefined {
  return table({
    label: "Nodes out of service",
    head: ["Out of service", "Until", "State"],
    rows: maintenance.map(({ node, until, overdue }) => [
      node,
      new Date(until * 1_000).toISOString(),
      overdue ? badge("bad", "overdue") : badge("warn", "in maintenance"),
    ]),
  });
}
