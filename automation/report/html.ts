import { maskSecrets } from "../../config/failure/hidden-text.js";
import { visible } from "../visible.js";

/** Markup that may stand in the page as it is. */
export class Html {
  constructor(readonly markup: string) {}
}

/** Whatever stands between markup. Texts are data, wherever they come from. */
export type Piece = string | number | Html | undefined | readonly Piece[];

const ESCAPED: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

function markupOf(piece: Piece): string {
  if (piece instanceof Html) {
    return piece.markup;
  }
  if (piece === undefined) {
    return "";
  }
  return typeof piece === "string" || typeof piece === "number"
    ? visible(maskSecrets(String(piece))).replace(/[&<>"']/g, (sign) => ESCAPED[sign] ?? "")
    : piece.map(markupOf).join("");
}

/** The only way to markup: what is written here stays, what is put in is escaped, also within quoted attributes. */
export function html(texts: TemplateStringsArray, ...pieces: readonly Piece[]): Html {
  return new Html(
    texts.map((text, at) => (at === 0 ? text : `${markupOf(pieces[at - 1])}${text}`)).join(""),
  );
}
