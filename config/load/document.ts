import {
  type Document,
  isAlias,
  isMap,
  isNode,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  type Pair,
  parseAllDocuments,
  type YAMLError,
  type YAMLMap,
} from "yaml";
import { type Draft, drafter, type Path } from "../findings/finding.js";
import {
  type OddPlace,
  oddPlaces,
  type RefusedFeature,
  refusedFeature,
  repeatedKeys,
} from "./accepted-yaml.js";
import { loadCodes } from "./codes.js";
import { MOST_FINDINGS } from "./report-size.js";

export const MAX_BYTES = 1024 * 1024;

export interface Position {
  readonly line: number;
  readonly column: number;
}

/** A draft about the file's text, which knows its own place. */
export interface TextDraft extends Draft {
  readonly position?: Position;
}

/** A YAML file that can say where each of its values stands. */
export interface SourceDocument {
  readonly value: unknown;
  /** Texts without quotes that are read in more than one way. */
  readonly odd: readonly (OddPlace & { readonly position: Position })[];
  /** Position of the value at a path, of its key, or of the nearest thing around it that exists. */
  position(path: Path, atKey?: boolean): Position | undefined;
}

export type ReadResult =
  | { readonly document: SourceDocument; readonly drafts: readonly TextDraft[] }
  | { readonly document: undefined; readonly drafts: readonly TextDraft[] };

const draft = drafter(loadCodes);

/** Reads a file's content as one YAML document, or says in one finding why it is none. */
export function readDocument(content: string | Uint8Array): ReadResult {
  const decoded = decode(content);
  if ("refusal" in decoded) {
    return { document: undefined, drafts: [decoded.refusal] };
  }
  const counter = new LineCounter();
  if (nestsTooDeep(decoded.text)) {
    return { document: undefined, drafts: [tooDeep()] };
  }
  const documents = parseAllDocuments(decoded.text, {
    lineCounter: counter,
    prettyErrors: false,
    logLevel: "silent",
    // The library compares each key with each before it; `repeatedKeys` looks them up.
    uniqueKeys: false,
  });
  const at = (offset: number): Position => {
    const { line, col } = counter.linePos(offset);
    return { line: Math.max(1, line), column: Math.max(1, col) };
  };
  const document = Array.isArray(documents) ? documents[0] : undefined;
  if (document === undefined) {
    return { document: undefined, drafts: [emptyFile()] };
  }
  const refusals = [
    ...syntax(document, at),
    ...several(documents.length, documents[1], at),
    ...foreignFeatures(document, at),
  ];
  return refusals.length > 0
    ? { document: undefined, drafts: refusals.slice(0, MOST_FINDINGS) }
    : { document: source(document, at), drafts: [] };
}

function decode(content: string | Uint8Array): { text: string } | { refusal: TextDraft } {
  if (content.length > MAX_BYTES) {
    return {
      refusal: draft(
        "file/too-large",
        [],
        "The file has more than 1 MiB; a stack file has a few kilobytes.",
        "Name the stack file, Pulumi.<stack>.yaml.",
      ),
    };
  }
  if (typeof content === "string") {
    return { text: content };
  }
  try {
    return { text: new TextDecoder("utf-8", { fatal: true }).decode(content) };
  } catch {
    return {
      refusal: draft(
        "file/encoding",
        [],
        "The file is not UTF-8 text.",
        "Save it as UTF-8; for Latin-1 text: iconv -f latin1 -t utf-8 FILE > NEW.",
      ),
    };
  }
}

const DEEPEST = 100;

/** Brackets, or blanks before a line, that no stack file has; reading them would exhaust the reader instead. */
function nestsTooDeep(text: string): boolean {
  let open = 0;
  for (const [bracket] of text.matchAll(/[[{\]}]/g)) {
    open = Math.max(0, open + (bracket === "[" || bracket === "{" ? 1 : -1));
    if (open > DEEPEST) {
      return true;
    }
  }
  return /^[ -]{500}/m.test(text);
}

function tooDeep(): TextDraft {
  return draft(
    "yaml/syntax",
    [],
    `The file nests values more than ${DEEPEST} deep.`,
    "Close brackets and braces where they end, and indent each level by two blanks.",
  );
}

function emptyFile(): TextDraft {
  return draft(
    "stack/not-a-mapping",
    [],
    "The file is empty.",
    "Write `config:` and below it `proxmox-ha:cluster:` with the cluster; docs/configuration.md describes every field.",
  );
}

type Locate = (offset: number) => Position;

/** The first error alone: what follows a broken line is mostly its echo. Else every key that stands twice. */
function syntax(document: Document, at: Locate): TextDraft[] {
  const [broken] = document.errors;
  if (broken !== undefined) {
    return [
      {
        ...draft(
          "yaml/syntax",
          [],
          `The file cannot be read as YAML: ${plain(broken)}.`,
          fixOf(broken),
        ),
        position: at(broken.pos[0]),
      },
    ];
  }
  return repeatedKeys(document).map((offset) => ({
    ...draft(
      "yaml/duplicate-key",
      [],
      "This key stands twice in the same mapping.",
      "Remove one of the two, or give it another name.",
    ),
    position: at(offset),
  }));
}

function plain(error: YAMLError): string {
  const first = error.message.split("\n")[0] ?? "";
  const text = first.replace(/ at line \d+, column \d+:?$/, "").replace(/[.:]$/, "");
  return text.charAt(0).toLowerCase() + text.slice(1);
}

function fixOf(error: YAMLError): string {
  if (/^flow (sequence|map)/i.test(error.message)) {
    return "Close the bracket or brace that is open here.";
  }
  switch (error.code) {
    case "TAB_AS_INDENT":
      return "Indent with spaces, never with tabs.";
    case "BAD_INDENT":
    case "BLOCK_AS_IMPLICIT_KEY":
    case "MULTILINE_IMPLICIT_KEY":
      return "Give entries of one mapping the same indentation, and write a blank after each colon.";
    case "MISSING_CHAR":
      return "Close the bracket, brace or quote that is open here.";
    default:
      return "Correct the line; text with ':', '#', '{', '[' or '*' needs quotes.";
  }
}

function several(count: number, second: Document | undefined, at: Locate): TextDraft[] {
  return count < 2
    ? []
    : [
        {
          ...draft(
            "yaml/documents",
            [],
            "The file holds several YAML documents.",
            "Remove the line `---` and what belongs to another file.",
          ),
          position: at(second?.range?.[0] ?? 0),
        },
      ];
}

const REFUSALS: Readonly<
  Record<RefusedFeature, readonly ["yaml/alias" | "yaml/name" | "yaml/tag", string, string]>
> = {
  merge: ["yaml/alias", "The file uses a merge key (<<).", "Write the values out at each place."],
  alias: [
    "yaml/alias",
    "An alias (*) stands for a key or for nothing, or an anchor (&) stands at a key or holds further aliases.",
    "Write the values out here. An alias may stand for one value that has no other alias inside.",
  ],
  growth: [
    "yaml/alias",
    "The aliases (*) of the file stand for more values than a cluster has.",
    "Write the values out, or use fewer aliases.",
  ],
  key: ["yaml/name", "A key is a list or a mapping.", "Write a name there."],
  tag: [
    "yaml/tag",
    "The file uses a YAML tag (!).",
    "Write plain text, numbers, lists and mappings.",
  ],
  directive: [
    "yaml/tag",
    "The file begins with a YAML directive (%).",
    "Remove the line: Pulumi and this program would read the file by different versions of YAML.",
  ],
};

function foreignFeatures(document: Document, at: Locate): TextDraft[] {
  const refused = refusedFeature(document);
  if (refused === undefined) {
    return [];
  }
  const [code, what, fix] = REFUSALS[refused.feature];
  return [{ ...draft(code, [], what, fix), position: at(refused.offset) }];
}

function source(document: Document, at: Locate): SourceDocument {
  const value: unknown = document.toJS({ maxAliasCount: -1 });
  return {
    value,
    odd: oddPlaces(document.contents).map((one) => ({ ...one, position: at(one.offset) })),
    position(path, atKey = false) {
      let node: unknown = document.contents;
      let found = offsetOf(node);
      for (const [index, segment] of path.entries()) {
        const step = childOf(isAlias(node) ? node.resolve(document) : node, segment);
        if (step === undefined) {
          break;
        }
        const last = index === path.length - 1;
        // A mapping begins on the line below its key; the key is what the reader looks for.
        found = last && !atKey && isScalar(step.value) ? offsetOf(step.value) : step.offset;
        node = step.value;
      }
      return found === undefined ? undefined : at(found);
    },
  };
}

function offsetOf(node: unknown): number | undefined {
  return isNode(node) ? node.range?.[0] : undefined;
}

const known = new WeakMap<YAMLMap, ReadonlyMap<string, Pair>>();

/** The pairs of a mapping by their key, found once: thousands of findings may ask for one mapping. */
function pairsOf(node: YAMLMap): ReadonlyMap<string, Pair> {
  const pairs =
    known.get(node) ??
    new Map(
      node.items.flatMap((pair): [string, Pair][] =>
        isScalar(pair.key) ? [[String(pair.key.value), pair]] : [],
      ),
    );
  known.set(node, pairs);
  return pairs;
}

function childOf(
  node: unknown,
  segment: string | number,
): { readonly value: unknown; readonly offset: number | undefined } | undefined {
  if (isSeq(node) && typeof segment === "number") {
    const item: unknown = node.items[segment];
    return item === undefined ? undefined : { value: item, offset: offsetOf(item) };
  }
  if (!isMap(node)) {
    return undefined;
  }
  const pair = pairsOf(node).get(String(segment));
  if (pair === undefined) {
    return undefined;
  }
  const key: Node | undefined = isNode(pair.key) ? pair.key : undefined;
  return { value: pair.value, offset: key?.range?.[0] };
}
