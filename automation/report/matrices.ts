import { type Html, html, type Piece } from "./html.js";
import { table } from "./parts.js";

/** What each node has to do with each other one. */
export interface Matrix {
  readonly title: string;
  readonly names: readonly string[];
  readonly cell: (from: string, to: string) => Piece;
}

/** So many nodes leave room for two of them on a page. */
const FEW_NODES = 4;

/** One under the other, or beside each other where they are small. */
export function matrices(all: readonly Matrix[]): Html {
  const isSmall = all.every(({ names }) => names.length <= FEW_NODES);
  return html`<div class="${isSmall ? "beside" : "below"}">${all.map(matrix)}</div>`;
}

function matrix({ title, names, cell }: Matrix): Html {
  return html`<div><h3>${title}</h3>${table({
    label: title,
    isMatrix: true,
    head: ["from \u2193 to \u2192", ...names],
    rows: names.map((from) => [from, ...names.map((to) => (from === to ? "" : cell(from, to)))]),
  })}</div>`;
}
