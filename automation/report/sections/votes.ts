import { type Html, html } from "../html.js";
import type { Material } from "../material.js";
import { badge, note, sectionHtml, table } from "../parts.js";
import { seenByCluster } from "../sight.js";

export function votes(material: Material): Html {
  const { plan, look } = material;
  const { votes: planned, qdevice, indispensable } = plan.corosync.quorum;
  const { quorum } = look.view;
  const seen = quorum.quorate
    ? html`${badge(quorum.votes < quorum.expected ? "warn" : "good", `${quorum.votes} of ${quorum.expected} votes are present`)} ${quorum.needed} are needed; ${spare(quorum.votes - quorum.needed)}`
    : quorum.known
      ? html`${badge("bad", "no quorum")} ${quorum.needed} of ${quorum.expected} votes are needed.`
      : html`${badge("unseen", "not seen")} ${quorum.needed} of ${quorum.expected} votes are needed, by the file.`;
  return sectionHtml({
    id: "votes",
    title: "Votes",
    seen: seenByCluster(material),
    body: [
      html`<p>${seen}</p>`,
      table({
        label: "Votes",
        head: ["Voter", "Votes, by the file", "Counted in by members", "Its loss alone"],
        rows: [
          ...plan.nodes.map(({ name }) => [
            name,
            planned[name] ?? 0,
            countedIn(material, name),
            indispensable.includes(name)
              ? badge("bad", "stops the cluster")
              : badge("good", "is borne"),
          ]),
          ...(qdevice === undefined
            ? []
            : [[`QDevice ${qdevice.address}`, qdevice.votes, deviceCounted(material), ""]]),
        ],
      }),
      ...(qdevice === undefined ? [note("There is no QDevice.")] : []),
    ],
  });
}

const spare = (more: number): string =>
  more <= 0 ? "none may be missing more." : `${more} may be missing.`;

function countedIn({ look, plan }: Material, node: string): Html {
  const told = look.views.flatMap((view) =>
    view.reachable && view.membership.quorate && view.membership.conf?.clusterName === plan.name
      ? [view.membership.members[node]?.online ?? false]
      : [],
  );
  if (told.length === 0) {
    return badge("unseen", "not seen");
  }
  return told.includes(true) ? badge("good", "yes") : badge("bad", "no");
}

function deviceCounted({ look }: Material): Html {
  const told = look.views.flatMap((view) =>
    view.reachable && view.membership.quorate ? [view.membership.votes.countsDevice] : [],
  );
  if (told.length === 0) {
    return badge("unseen", "not seen");
  }
  return told.every((one) => one) ? badge("good", "yes") : badge("bad", "not by all");
}
