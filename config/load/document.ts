import {
  type Document,
  isAlias,
  isMap,
  isNode,
  isPair,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  parseAllDocuments,
  visit,
  type YAMLError,
} from "yaml";
import { type Draft, drafter, type Path } from "../findings/finding.js";
import { loadCodes } from "./codes.js";

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
  const documents = parseAllDocuments(decoded.text, {
    lineCounter: counter,
    prettyErrors: false,
    logLevel: "silent",
    uniqueKeys: true,
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
    ...syntax(document.errors, at),
    ...several(documents.length, documents[1], at),
    ...foreignFeatures(document, at),
  ];
  return refusals.length > 0
    ? { document: undefined, drafts: refusals }
    : { document: source(document, at), drafts: [] };
}

function decode(content: string | Uint8Array): { text: string } | { refusal: TextDraft } {
  if (content.length > MAX_BYTES) {
    return {
      refusal: draft(
        "file/too-large",
        [],
        `The file has ${(content.length / 1024 / 1024).toFixed(1)} MiB; a stack file has at most 1 MiB.`,
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

function emptyFile(): TextDraft {
  return draft(
    "stack/not-a-mapping",
    [],
    "The file is empty.",
    "Write `config:` and below it `proxmox-ha:cluster:` with the cluster; docs/configuration.md describes every field.",
  );
}

type Locate = (offset: number) => Position;

/** Every duplicate key, else the first error alone: what follows a broken line is mostly its echo. */
function syntax(errors: readonly YAMLError[], at: Locate): TextDraft[] {
  const broken = errors.find((error) => error.code !== "DUPLICATE_KEY");
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
  return errors.map((error) => ({
    ...draft(
      "yaml/duplicate-key",
      [],
      "This key stands twice in the same mapping.",
      "Remove one of the two, or give it another name.",
    ),
    position: at(error.pos[0]),
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

function foreignFeatures(document: Document, at: Locate): TextDraft[] {
  let found: TextDraft | undefined;
  visit(document, (_key, node) => {
    const item: unknown = node;
    if (isPair(item) && isScalar(item.key) && item.key.value === "<<") {
      found = aliasDraft(at(item.key.range?.[0] ?? 0));
    } else if (isNode(item) && (isAlias(item) || item.anchor !== undefined)) {
      found = aliasDraft(at(item.range?.[0] ?? 0));
    } else if (isNode(item) && item.tag !== undefined) {
      found = tagDraft(at(item.range?.[0] ?? 0));
    }
    return found === undefined ? undefined : visit.BREAK;
  });
  return found === undefined ? [] : [found];
}

function aliasDraft(position: Position): TextDraft {
  return {
    ...draft(
      "yaml/alias",
      [],
      "The file uses an anchor (&), an alias (*) or a merge key (<<).",
      "Write the values out at each place; Pulumi drops anchors when it rewrites the file.",
    ),
    position,
  };
}

function tagDraft(position: Position): TextDraft {
  return {
    ...draft(
      "yaml/tag",
      [],
      "The file uses a YAML tag (!).",
      "Write plain text, numbers, lists and mappings.",
    ),
    position,
  };
}

function source(document: Document, at: Locate): SourceDocument {
  const value: unknown = document.toJS();
  return {
    value,
    position(path, atKey = false) {
      let node: unknown = document.contents;
      let found = offsetOf(node);
      for (const [index, segment] of path.entries()) {
        const step = childOf(node, segment);
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
  const pair = node.items.find(({ key }) => isScalar(key) && String(key.value) === String(segment));
  if (pair === undefined) {
    return undefined;
  }
  const key: Node | undefined = isNode(pair.key) ? pair.key : undefined;
  return { value: pair.value, offset: key?.range?.[0] };
}
