import type { NodeFacts } from "../doctor/node-facts.js";
import { type Html, html } from "./html.js";
import type { Material } from "./material.js";
import { moment } from "./moment.js";
import { seenLine } from "./parts.js";

/** Who answered and who did not, and why. */
interface Answers {
  readonly told: readonly string[];
  readonly silent: readonly { readonly node: string; readonly why: string }[];
}

export function answersToLook({ look }: Material): Answers {
  return {
    told: look.views.flatMap(({ node, reachable }) => (reachable ? [node] : [])),
    silent: look.views.flatMap((one) => (one.reachable ? [] : [{ node: one.node, why: one.why }])),
  };
}

export function answersToExamination({ examination }: Material): Answers {
  const { nodes } = examination.observation;
  return {
    told: nodes.flatMap(({ node, reachable }) => (reachable ? [node] : [])),
    silent: nodes.flatMap((one) => (one.reachable ? [] : [{ node: one.node, why: one.why }])),
  };
}

/** What a node said when it was examined; undefined where it said nothing. */
export function factsOf({ examination }: Material, node: string): NodeFacts | undefined {
  const { nodes } = examination.observation;
  return nodes.flatMap((one) => (one.reachable && one.node === node ? [one] : []))[0];
}

/** Members with quorum, who alone can speak for the cluster as a whole. */
export function speakers({ look, plan }: Material): string[] {
  return look.views.flatMap((one) =>
    one.reachable && one.membership.quorate && one.membership.conf?.clusterName === plan.name
      ? [one.node]
      : [],
  );
}

/** Each node for itself, in the look of `status`. */
export function seenByLook(material: Material): Html {
  return seenLine(sentence(material, material.look.atMs, answersToLook(material)));
}

/** Each node for itself, in the examination of `doctor`. */
export function seenByExamination(material: Material): Html {
  const { atMs } = material.examination;
  return seenLine(sentence(material, atMs, answersToExamination(material)));
}

/** What the cluster as a whole says, by a member with quorum. */
export function seenByCluster(material: Material): Html {
  const [speaker] = speakers(material);
  return seenLine(
    speaker === undefined
      ? html`<strong>Not seen:</strong> no member with quorum answered ${from(material)} at ${moment(material.look.atMs)}.`
      : html`Told by ${speaker}, asked ${from(material)} at ${moment(material.look.atMs)}.`,
  );
}

const from = ({ madeOn }: Material): Html => html`from ${madeOn}`;

const FEW_NODES = 6;

/** Those that are missing are named beside it. */
function named(told: readonly string[], { plan }: Material): string {
  return told.length <= FEW_NODES
    ? told.join(", ")
    : `${told.length === plan.nodes.length ? "all" : `${told.length} of`} ${plan.nodes.length} nodes`;
}

function sentence(material: Material, atMs: number, { told, silent }: Answers): Html {
  const who =
    told.length === 0
      ? html`<strong>Not seen:</strong> no node answered, asked ${from(material)} at ${moment(atMs)}.`
      : html`Told by ${named(told, material)}, asked ${from(material)} at ${moment(atMs)}.`;
  return silent.length === 0 || told.length === 0
    ? who
    : html`${who} <strong>Not seen:</strong> ${silent.map(({ node }) => node).join(", ")}.`;
}
