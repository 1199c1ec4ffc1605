import { type Html, html, type Piece } from "./html.js";

/** How a thing is: well, worth a thought, wrong, or nobody saw. */
export type Tone = "good" | "warn" | "bad" | "unseen" | "plain";

/** The same by a sign, for eyes that tell no colours and for prints without any. */
const SIGNS: Readonly<Record<Tone, string>> = {
  good: "\u2713",
  warn: "!",
  bad: "\u2717",
  unseen: "?",
  plain: "",
};

/** A badge of so many letters stays on one line. */
const SHORT = 24;

export function badge(tone: Tone, words: Piece): Html {
  const sign = SIGNS[tone] === "" ? "" : html`<span aria-hidden="true">${SIGNS[tone]}</span> `;
  const short = typeof words === "string" && words.length <= SHORT ? " short" : "";
  return html`<span class="badge ${tone}${short}">${sign}${words}</span>`;
}

export interface Section {
  readonly id: string;
  readonly title: string;
  /** When and by whom it was seen, and what was not. */
  readonly seen: Html;
  readonly body: Piece;
}

export function sectionHtml({ id, title, seen, body }: Section): Html {
  return html`<section id="${id}" aria-labelledby="${id}-title">
<h2 id="${id}-title">${title}</h2>
${seen}
${body}
</section>
`;
}

export const seenLine = (words: Piece): Html => html`<p class="seen">${words}</p>`;

export const note = (words: Piece): Html => html`<p>${words}</p>`;

export function bullets(lines: readonly Piece[]): Html | undefined {
  return lines.length === 0
    ? undefined
    : html`<ul>${lines.map((line) => html`<li>${line}</li>`)}</ul>`;
}

export interface Table {
  /** What it is of, for whoever does not see it. */
  readonly label: string;
  readonly head: readonly Piece[];
  /** Cells of the same kind in all directions, which need no more room than their words. */
  readonly isMatrix?: boolean;
  /** The first cell of a row names it. */
  readonly rows: readonly (readonly Piece[])[];
}

/** A table that is pushed sideways where it is wider than the page. Nothing without rows. */
export function table({ label, head, rows, isMatrix = false }: Table): Html | undefined {
  if (rows.length === 0) {
    return undefined;
  }
  return html`<div class="wide" role="group" tabindex="0" aria-label="${label}"><table class="${isMatrix ? "matrix" : "list"}">
<thead><tr>${head.map((cell) => html`<th scope="col">${cell}</th>`)}</tr></thead>
<tbody>${rows.map(
    ([first, ...rest]) =>
      html`<tr><th scope="row">${first}</th>${rest.map((cell) => html`<td>${cell}</td>`)}</tr>
`,
  )}</tbody></table></div>`;
}

/** Names one behind the other; after so many of them only how many more there are. */
export function some(names: readonly string[], most: number): string {
  const more = names.length - most;
  return more <= 0 ? names.join(", ") : `${names.slice(0, most).join(", ")} and ${more} more`;
}
