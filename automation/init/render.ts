import { isDeepStrictEqual } from "node:util";
import { Document, isCollection, isMap, isScalar, type Node, parse, type YAMLMap } from "yaml";
import { SECTION } from "../../config/load/section.js";
import type { Draft } from "./conclude/draft.js";
import type { Note } from "./margin.js";

export interface Heading {
  /** How the file came to be. */
  readonly from: string;
  /** Where editors find the schema, seen from the file. */
  readonly schema: string | undefined;
}

const WIDTH = 96;

/** The stack file as text, with the remarks above what they are about and everything unsaid at its end. */
export function renderFile({ cluster, margin }: Draft, { from, schema }: Heading): string {
  const document = new Document({ config: { [SECTION]: cluster } });
  const root = document.getIn(["config", SECTION], true);
  if (isMap(root)) {
    flow(root, [], margin.notes);
    for (const note of margin.notes) {
      remark(root, note);
    }
    for (const { key } of root.items.slice(2)) {
      if (isScalar(key)) {
        key.spaceBefore = true;
      }
    }
  }
  const head = [
    ...(schema === undefined ? [] : [`# yaml-language-server: $schema=${schema}`, "#"]),
    ...commented(from),
    ...commented(
      "docs/configuration.md explains every field. Secrets are named here and never written down.",
    ),
  ];
  return [
    ...head,
    tightened(document.toString({ lineWidth: 0 }).trimEnd()),
    ...block("Seen, and not said by this file: a run leaves all of it alone.", margin.unsaid),
    ...block(
      "Seen, and other than this file says it: read this before the first `up`.",
      margin.differs,
    ),
    "",
  ].join("\n");
}

/** `[a, b]` beside `{ a: b }`, as the formatter of this project writes them; where that would be another file, it stays as it was. */
function tightened(text: string): string {
  const shorter = text.replaceAll(/\[ ([^[\]"'#]*) \]/g, "[$1]");
  return isDeepStrictEqual(parse(shorter), parse(text)) ? shorter : text;
}

/** Short collections of plain values stand on one line, as a person would write them. */
function flow(node: Node, path: readonly string[], notes: readonly Note[]): void {
  if (!isCollection(node)) {
    return;
  }
  const remarked = notes.some(
    (note) => path.every((word, at) => note.path[at] === word) && note.path.length > path.length,
  );
  const text = JSON.stringify(node.toJSON());
  const deep = path.length > 1 || (path.length === 1 && !/^\{.*[{]/.test(text));
  if (deep && !remarked && text.length + 2 * path.length < WIDTH - 16) {
    node.flow = true;
    return;
  }
  for (const item of node.items) {
    if (isMap(node)) {
      const pair = node.items.find((one) => one === item);
      if (pair !== undefined && isNodeValue(pair.value)) {
        flow(pair.value, [...path, String(pair.key)], notes);
      }
    } else if (isNodeValue(item)) {
      flow(item, [...path, ""], notes);
    }
  }
}

const isNodeValue = (value: unknown): value is Node => isCollection(value) || isScalar(value);

function remark(root: YAMLMap, { path, text }: Note): void {
  const above = path.length === 1 ? root : root.getIn(path.slice(0, -1), true);
  const pair = isMap(above)
    ? above.items.find(({ key }) => String(key) === path.at(-1))
    : undefined;
  if (pair !== undefined && isScalar(pair.key)) {
    const before = pair.key.commentBefore;
    const lines = text.split("\n").flatMap((line) => wrapped(line, WIDTH - 2 * path.length));
    pair.key.commentBefore = [...(before ? [before] : []), ...lines.map((line) => ` ${line}`)].join(
      "\n",
    );
  }
}

function block(title: string, entries: readonly string[]): string[] {
  return entries.length === 0
    ? []
    : [
        "",
        ...commented(title),
        ...entries.flatMap((entry) =>
          wrapped(entry, WIDTH - 4).map((line, at) => (at === 0 ? `# - ${line}` : `#   ${line}`)),
        ),
      ];
}

const commented = (text: string): string[] => wrapped(text, WIDTH - 2).map((line) => `# ${line}`);

/** What hosts are called must not end a comment: signs that are no letters of a line become blanks. */
function wrapped(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(/[\s\p{Cc}\p{Zl}\p{Zp}]+/u).filter((one) => one !== "")) {
    if (line !== "" && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else {
      line = line === "" ? word : `${line} ${word}`;
    }
  }
  return line === "" ? lines : [...lines, line];
}
