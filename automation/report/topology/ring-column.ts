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
}

/** A cable comes out a little above or below the middle of a row, by the way it goes. */
const ASIDE = 12;

/** The cables of a ring beside the rows: straight down to the next one, in a bow to a further one. */
export function ringColumn(
  { name, cables }: Topology["rings"][number],
  { x, width, words, yOf, top }: Column,
): Html {
  const drawn = cables.flatMap((cable) => spanOf(cable, yOf));
  const rows = [...new Set(drawn.flatMap(({ upper, lower }) => [upper.y, lower.y]))].sort(
    (a, b) => a - b,
  );
  const isNext = ({ upper, lower }: Span): boolean =>
    rows.indexOf(lower.y) - rows.indexOf(upper.y) <= 1;
  return html`<g><text class="strong" x="${x}" y="${words ? 14 : top - 12}" text-anchor="middle">${name}</text>
${words ? html`<text class="small" x="${x}" y="30" text-anchor="middle">Thunderbolt</text>` : undefined}
${drawn.map((span) => {
  const way =
    isNext(span) && !isDouble(span.cable, cables) ? straight(span, x) : bow(span, x, width - 24);
  return drawCable(span, way, words);
})}${rows.map((y) => html`<circle class="stop" cx="${x}" cy="${y}" r="5"/>`)}</g>
`;
}

interface Stop {
  readonly port: string;
  readonly y: number;
}

/** From which row to which one a cable goes. */
interface Span {
  readonly cable: Cable;
  readonly upper: Stop;
  readonly lower: Stop;
}

function spanOf(cable: Cable, yOf: Column["yOf"]): Span[] {
  const [first, second] = cable.ends
    .flatMap(({ node, port }): Stop[] => {
      const y = yOf(node);
      return y === undefined ? [] : [{ port, y }];
    })
    .sort((a, b) => a.y - b.y);
  return first === undefined || second === undefined
    ? []
    : [{ cable, upper: first, lower: second }];
}

/** How a cable is drawn, and where the names of its ports stand. */
interface Way {
  readonly path: string;
  readonly x: number;
  readonly upperY: number;
  readonly lowerY: number;
}

function straight({ upper, lower }: Span, x: number): Way {
  const [start, end] = [upper.y + ASIDE, lower.y - ASIDE];
  return { path: `M${x} ${start}V${end}`, x: x + 6, upperY: start + 12, lowerY: end - 4 };
}

function bow({ upper, lower }: Span, x: number, out: number): Way {
  const [start, end] = [upper.y - ASIDE / 2, lower.y + ASIDE / 2];
  const far = x + out;
  return {
    path: `M${x} ${start}C${far} ${start} ${far} ${start + 20} ${far} ${(start + end) / 2}S${far} ${end} ${x} ${end}`,
    x: x + 10,
    upperY: start - 4,
    lowerY: end + 12,
  };
}

function drawCable({ cable, upper, lower }: Span, way: Way, words: boolean): Html {
  const label = (text: string, y: number): Html =>
    html`<text class="small halo" x="${way.x}" y="${y}">${text}</text>`;
  const ports = words ? [label(upper.port, way.upperY), label(lower.port, way.lowerY)] : undefined;
  return html`<g><title>${cable.ends.map(nameOf).join(" to ")}: ${cable.words}</title><path class="cable ${cable.tone}" d="${way.path}"/>${ports}</g>
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
