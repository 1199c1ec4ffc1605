import type { Consequence, Outcome } from "../../../config/plan/whatif/index.js";
import { type Html, html } from "../html.js";
import type { Forecast, Material } from "../material.js";
import { badge, note, sectionHtml, seenLine, type Tone, table } from "../parts.js";

const WORDS: Readonly<Record<Outcome, readonly [Tone, string]>> = {
  serves: ["good", "goes on"],
  weaker: ["warn", "weaker"],
  stops: ["bad", "stops"],
};

/** What the loss of each node, network and storage would mean: reckoned, and not observed. */
export function whatif({ forecast }: Material): Html {
  const { from, losses } = forecast;
  const subjects = [
    ...new Set(losses.flatMap(({ consequences }) => consequences.map(({ about }) => about))),
  ];
  return sectionHtml({
    id: "whatif",
    title: "What if",
    seen: seenLine(html`Reckoned and not observed, ${from.join("; ")}.`),
    body: [
      table({
        label: "What single losses would mean",
        head: ["If", ...subjects],
        rows: losses.map(({ what, consequences }) => [
          what,
          ...subjects.map((about) => cell(consequences, about)),
        ]),
      }) ?? note("There is nothing that could be lost."),
      html`<h3>In words</h3>`,
      ...losses.map(inWords),
    ],
  });
}

function cell(consequences: readonly Consequence[], subject: string): Html | string {
  const found = consequences.find(({ about }) => about === subject);
  return found === undefined ? "" : badge(...WORDS[found.outcome]);
}

function inWords({ what, consequences }: Forecast["losses"][number]): Html {
  return html`<details><summary>If ${what}</summary><dl>${consequences.map(
    ({ about, lines }) => html`<dt>${about}</dt>${lines.map((line) => html`<dd>${line}</dd>`)}`,
  )}</dl></details>
`;
}
