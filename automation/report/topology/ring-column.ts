import { type Html, html } from "../html.js";
import { type Cable, nameOf } from "./cables.js";
import type { Topology } from "./shape.js";

interface Column {
  readonly x: number;
  readonly width: number;
  readonly words: boolean;
  /** Middle of a host's row. */
  readonly yOf: (node: string) => number | undefined;
  readonly top: number;
  /** Where the cards end. */
  readonly from: number;
}

/** A cable comes out a little above or below the middle of a row, by the way it goes. */
const ASIDE = 12;

/** The cables of a ring beside the rows: straight down to the next one, in a bow to a further one. */
export function ringColumn(
  { name, cables }: Topology["rings"][number],
  { x, width, words, yOf, top }: Column,
): Html {
  const drawn = cables.flatMap((cable) => {
    const [a, b] = cable.ends.map(({ node, port }) => ({ port, y: yOf(node) }));
    if (a?.y === undefined || b?.y === undefined) {
      return [];
    }
    const from = { port: a.port, y: a.y };
    const to = { port: b.port, y: b.y };
    return [from.y <= to.y ? { cable, upper: from, lower: to } : { cable, upper: to, lower: from }];
  });
  const rows = [...new Set(drawn.flatMap(({ upper, lower }) => [upper.y, lower.y]))].sort(
    (a, b) => a - b,
  );
  const isNext = (upper: number, lower: number): boolean =>
    rows.indexOf(lower) - rows.indexOf(upper) <= 1;
  return html`<g><text class="strong" x="${x}" y="${words ? 14 : top - 12}" text-anchor="middle">${name}</text>
${words ? html`<text class="small" x="${x}" y="30" text-anchor="middle">Thunderbolt</text>` : undefined}
${drawn.map(({ cable, upper, lower }) => {
  const straight = isNext(upper.y, lower.y) && !isDouble(cable, cables);
  const bow = straight ? 0 : width - 24;
  const start = straight ? upper.y + ASIDE : upper.y - ASIDE / 2;
  const end = straight ? lower.y - ASIDE : lower.y + ASIDE / 2;
  const d = straight
    ? `M${x} ${start}V${end}`
    : `M${x} ${start}C${x + bow} ${start} ${x + bow} ${start + 20} ${x + bow} ${(start + end) / 2}S${x + bow} ${end} ${x} ${end}`;
  const side = straight ? 6 : 10;
  return html`<g><title>${cable.ends.map(nameOf).join(" to ")}: ${cable.words}</title><path class="cable ${cable.tone}" d="${d}"/>${
    words
      ? html`<text class="small halo" x="${x + side}" y="${straight ? start + 12 : start - 4}">${upper.port}</text><text class="small halo" x="${x + side}" y="${straight ? end - 4 : end + 12}">${lower.port}</text>`
      : undefined
  }</g>
`;
})}${rows.map((y) => html`<circle class="stop" cx="${x}" cy="${y}" r="5"/>`)}</g>
`;
}

/** Two cables between the same hosts lie beside each other: the second one goes in a bow. */
function isDouble(cable: Cable, all: readonly Cable[]): boolean {
  const nodes = (one: Cable): string =>
    one.ends
      .map(({ node }) => node)
      .sort()
      .join(" ");
  return all.findIndex((one) => nodes(one) === nodes(cable)) !== all.indexOf(cable);
}
