import type { Html } from "../../../../automation/report/html.js";

const SIGNS: Readonly<Record<string, string>> = {
  "&lt;": "<",
  "&gt;": ">",
  "&quot;": '"',
  "&#39;": "'",
  "&amp;": "&",
};

/** What a person reads of it: tags are gaps, titles of drawings and letters of decoration are none of it. */
export function read(piece: Html | string | undefined): string {
  const markup = typeof piece === "string" ? piece : (piece?.markup ?? "");
  return markup
    .replace(/<style>.*?<\/style>/gs, "")
    .replace(/<title>.*?<\/title>/gs, "")
    .replace(/<(\w+)[^>]* aria-hidden="true"[^>]*>[^<]*<\/\1>/g, "")
    .replace(/<[^>]+>/g, " ")
    .replace(/&(?:lt|gt|quot|#39|amp);/g, (sign) => SIGNS[sign] ?? "")
    .replace(/\s+/g, " ")
    .trim();
}

/** The row of a table that is called so, or nothing. */
export function row(piece: Html | undefined, name: string): string {
  const rows = (piece?.markup ?? "").split("<tr>");
  const found = rows.find((one) => one.startsWith(`<th scope="row">${name}</th>`));
  return read(found?.split("</tr>")[0]);
}
