import { type Html, html, type Piece } from "../html.js";
import type { Tone } from "../parts.js";
import { ringColumn } from "./ring-column.js";
import type { Host, Line, Tap, Topology } from "./shape.js";

/** Measures of a drawing. Wide pages have room for words at the lines, narrow ones for letters. */
export interface Scale {
  readonly name: "wide" | "narrow";
  readonly card: number;
  readonly gap: number;
  readonly ring: number;
  readonly head: number;
  readonly words: boolean;
}

/** Lines use the room that cards and cables leave, and keep a least distance. */
export function wideScale({ lines, rings }: Topology): Scale {
  const [card, ring] = [290, 140];
  const gap = between((1_100 - card - ring * rings.length) / Math.max(1, lines.length), 84, 190);
  return { name: "wide", card, gap, ring, head: 74, words: true };
}

export function narrowScale({ lines, rings }: Topology): Scale {
  const [card, ring] = [170, 60];
  const gap = between((320 - card - ring * rings.length) / Math.max(1, lines.length), 15, 36);
  return { name: "narrow", card, gap, ring, head: 26, words: false };
}

const between = (value: number, least: number, most: number): number =>
  Math.round(Math.min(most, Math.max(least, value)));

const HOST = { height: 76, step: 94 } as const;
const OTHER = { height: 42, step: 56 } as const;
/** Widths of a letter in the two sizes of the drawing's words. */
const LETTER = { large: 7.4, small: 6.1 } as const;
const MOST_DETAILS = 3;

/** Hosts are rows and networks are lines down through them: any number of either stays readable. */
export function drawTopology(topology: Topology, cluster: string, scale: Scale): Html {
  const { lines, hosts, others, rings } = topology;
  const { card, gap, ring, head } = scale;
  const xOf = (at: number): number => card + gap * (at + 0.6);
  const ringX = xOf(lines.length) - gap * 0.3;
  const width = Math.round(ringX + ring * rings.length + (rings.length === 0 ? 0 : 14));
  const placed = placeRows(hosts, others, head);
  const height = placed.bottom;
  const label = `Hosts, networks and cables of ${cluster}`;
  return html`<svg class="topology ${scale.name}" viewBox="0 0 ${width} ${height}" width="${width}" role="img" aria-label="${label}; the tables below say the same">
${lines.map((line, at) => drawLine(line, at, { x: xOf(at), bottom: height, scale }))}
${placed.rows.map((row) => drawRow(row, { scale, xOf, lines }))}
${rings.map((one, at) =>
  ringColumn(one, {
    x: ringX + ring * at + 10,
    width: ring,
    words: scale.words,
    yOf: (node) => placed.rows.find(({ host }) => host.name === node)?.middle,
    top: head,
  }),
)}
</svg>`;
}

interface Row {
  readonly host: Host;
  readonly top: number;
  readonly height: number;
  readonly middle: number;
}

function placeRows(
  hosts: readonly Host[],
  others: readonly Host[],
  head: number,
): { readonly rows: readonly Row[]; readonly bottom: number } {
  const below = head + hosts.length * HOST.step;
  const place = (host: Host, top: number, height: number): Row => ({
    host,
    top,
    height,
    middle: top + height / 2,
  });
  return {
    rows: [
      ...hosts.map((host, at) => place(host, head + at * HOST.step, HOST.height)),
      ...others.map((host, at) => place(host, below + at * OTHER.step, OTHER.height)),
    ],
    bottom: below + others.length * OTHER.step,
  };
}

function drawLine(
  { name, details }: Line,
  at: number,
  { x, bottom, scale }: { readonly x: number; readonly bottom: number; readonly scale: Scale },
): Html {
  const { words, head, gap } = scale;
  const room = gap - 8;
  const text: Piece = words
    ? [
        html`<text class="strong" x="${x}" y="14" text-anchor="middle">${fitted(name, room, LETTER.large)}</text>`,
        ...details
          .slice(0, MOST_DETAILS)
          .map(
            (line, row) =>
              html`<text class="small" x="${x}" y="${30 + row * 14}" text-anchor="middle">${fitted(line, room, LETTER.small)}</text>`,
          ),
      ]
    : html`<text class="strong" x="${x}" y="14" text-anchor="middle">${letterOf(at)}</text>`;
  return html`<g><title>${[name, ...details].join(", ")}</title>${text}<line class="net" x1="${x}" y1="${head - 6}" x2="${x}" y2="${bottom - 12}"/></g>
`;
}

/** Under which letter a line is told beside a narrow drawing. */
export const letterOf = (at: number): string => String.fromCodePoint(65 + (at % 26));

function drawRow(
  { host, top, height, middle }: Row,
  {
    scale,
    xOf,
    lines,
  }: {
    readonly scale: Scale;
    readonly xOf: (at: number) => number;
    readonly lines: readonly Line[];
  },
): Html {
  const taps = host.taps
    .map((tap) => ({ tap, at: lines.findIndex(({ name }) => name === tap.line) }))
    .filter(({ at }) => at >= 0);
  const last = Math.max(0, ...taps.map(({ at }) => xOf(at)));
  const wire =
    taps.length === 0
      ? undefined
      : html`<line class="wire" x1="${scale.card}" y1="${middle}" x2="${last}" y2="${middle}"/>`;
  return html`<g>${wire}${card(host, top, height, scale)}${taps.map(({ tap, at }) => drawTap(tap, xOf(at), middle, scale))}</g>
`;
}

function card(
  { name, tone, state, details }: Host,
  top: number,
  height: number,
  scale: Scale,
): Html {
  const room = scale.card - 22;
  const stateRoom = Math.max(0, room - name.length * LETTER.large - 12);
  const said = tone === "good" && !scale.words ? "" : fitted(state, stateRoom, LETTER.small);
  return html`<g><title>${[`${name}: ${state}`, ...details].join("; ")}</title>
<rect class="card ${tone}" x="1" y="${top}" width="${scale.card - 1}" height="${height}" rx="6"/>
<rect class="edge ${tone}" x="1" y="${top}" width="5" height="${height}" rx="2"/>
<text class="strong" x="14" y="${top + 19}">${fitted(name, room, LETTER.large)}</text>
<text class="small ${tone}" x="${scale.card - 8}" y="${top + 19}" text-anchor="end">${said}</text>
${details.map(
  (line, at) =>
    html`<text class="small" x="14" y="${top + 36 + at * 15}">${fitted(line, room, LETTER.small)}</text>`,
)}</g>`;
}

function drawTap({ device, tone, words, line }: Tap, x: number, y: number, scale: Scale): Html {
  const label =
    scale.words && device !== ""
      ? html`<text class="small halo" x="${x}" y="${y + 20}" text-anchor="middle">${fitted(device, scale.gap - 6, LETTER.small)}</text>`
      : undefined;
  return html`<g><title>${[line, device, words].filter((one) => one !== "").join(", ")}</title>${dot(x, y, tone)}${label}</g>`;
}

/** Full where it was seen to be well, crossed where it was seen to be wrong, hollow where nobody saw. */
export function dot(x: number, y: number, tone: Tone): Html {
  const cross =
    tone === "bad" ? html`<path class="cross" d="M${x - 3} ${y - 3}l6 6m0 -6l-6 6"/>` : undefined;
  return html`<circle class="dot ${tone}" cx="${x}" cy="${y}" r="6"/>${cross}`;
}

/** As much of it as there is room for; the whole is in the title. */
export function fitted(text: string, room: number, letter: number): string {
  const most = Math.floor(room / letter);
  return text.length <= most ? text : most <= 1 ? "" : `${text.slice(0, most - 1)}\u2026`;
}
