import { parseHaStatus } from "../../../dynamic-providers/membership/ha-status.js";
import { guestsSeen } from "../guests-seen.js";
import type { Html } from "../html.js";
import { html } from "../html.js";
import type { Material } from "../material.js";
import { badge, note, sectionHtml, type Tone, table } from "../parts.js";
import { seenByCluster, speakers } from "../sight.js";

export function guests(material: Material): Html {
  const { plan, look } = material;
  const seen = guestsSeen(material);
  const ha = parseHaStatus(look.view.ha);
  const rows = [
    ...seen.map(({ guest, name = "", node, ha: state }) => [
      guest,
      name,
      node,
      state === undefined
        ? html`<span class="muted">not under HA</span>`
        : badge(toneOf(state), state),
    ]),
    ...missing(
      material,
      seen.map(({ guest }) => guest),
    ),
  ];
  return sectionHtml({
    id: "guests",
    title: "Guests and where they run",
    seen: seenByCluster(material),
    body: [
      ...(ha.master === undefined ? [] : [note(`HA is led by ${ha.master}.`)]),
      table({ label: "Guests", head: ["Guest", "Name", "Node", "HA"], rows }) ??
        note(speakers(material).length === 0 ? "No guest was seen." : "There is no guest."),
      html`<h3>Placements</h3>`,
      table({
        label: "Placements",
        head: ["Placement", "Nodes, the preferred first", "Guests"],
        rows: look.view.placements.map(({ placement, nodes, strict, guests: of }) => [
          placement,
          orderOf(nodes) + (strict ? " and nowhere else" : ""),
          of.join(", ") || "none follows it yet",
        ]),
      }) ?? note(plan.ha.placements.length === 0 ? "The stack file has no placements." : ""),
    ],
  });
}

/** Guests of the file that nobody told of: not made yet, or on a node that said nothing. */
function missing(material: Material, seen: readonly string[]): (string | Html)[][] {
  return material.plan.guests
    .filter(({ sid }) => !seen.includes(sid))
    .map(({ sid, name }) => [sid, name, badge("unseen", "not seen"), ""]);
}

function orderOf(nodes: Readonly<Record<string, number>>): string {
  return Object.entries(nodes)
    .sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1))
    .map(([node, priority]) => `${node} ${priority}`)
    .join(", ");
}

function toneOf(state: string): Tone {
  if (state === "started") {
    return "good";
  }
  return ["error", "fence", "recovery", "unknown"].includes(state) ? "bad" : "warn";
}
