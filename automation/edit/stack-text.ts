import {
  isMap,
  isPair,
  isScalar,
  isSeq,
  type Node,
  type Pair,
  type ParsedNode,
  parseDocument,
  type Scalar,
} from "yaml";
import type { Path } from "../../config/findings/finding.js";

type Step = string | number;

/**
 * The text of a stack file, edited where something changes and nowhere else: comments, order, quotes and blank lines of everything else
 * stay byte for byte. Each edit gives a new text, since all places behind it have moved.
 */
export class StackText {
  readonly #document;

  constructor(readonly text: string) {
    this.#document = parseDocument<ParsedNode>(text);
  }

  has(path: Path): boolean {
    return this.#find(path) !== undefined;
  }

  /** Line of a key or an item, from 1. */
  lineOf(path: Path): number {
    const found = this.#find(path);
    return found === undefined ? 1 : lineAt(this.text, found.from);
  }

  /** How many stand in the collection at a path. */
  sizeOf(path: Path): number {
    const value = this.#find(path)?.value;
    return isMap(value) || isSeq(value) ? value.items.length : 0;
  }

  /** Whether the last entry of a mapping is written between brackets, as the next one should be then. */
  isOnOneLine(path: Path): boolean {
    const value = this.#find(path)?.value;
    const last = isMap(value) ? value.items.at(-1) : undefined;
    const inner = last === undefined ? undefined : placeOf(last).value;
    return isMap(value) && (value.flow === true || (isMap(inner) && inner.flow === true));
  }

  /** The text of a value, where it is one text. */
  valueOf(path: Path): string | undefined {
    const value = this.#find(path)?.value;
    return isScalar(value) ? textOf(value) : undefined;
  }

  /** Every key, item and value of text below a path, with its own path. */
  *texts(path: Path): Generator<TextPlace> {
    const found = this.#find(path);
    if (found !== undefined) {
      yield* textsIn(found.value, path);
    }
  }

  /** Takes a key with its value, or an item of a list, out. */
  without(path: Path): StackText {
    const found = this.#find(path);
    const parent = this.#find(path.slice(0, -1))?.value;
    if (found === undefined || !(isMap(parent) || isSeq(parent))) {
      return this;
    }
    const places = parent.items.map(placeOf);
    const at = places.findIndex(({ from }) => from === found.from);
    const [from, to] = parent.flow
      ? inBrackets(places, at)
      : wholeLines(this.text, found.from, found.to);
    return new StackText(this.text.slice(0, from) + this.text.slice(to));
  }

  /** Gives a key of a mapping that is there another value, or adds it as the last one. `value` is text of YAML on one line. */
  with(path: Path, value: string): StackText {
    const found = this.#find(path);
    if (found?.value != null && found.value.range != null) {
      const [from, to] = found.value.range;
      return this.#spliced(from, to, value);
    }
    const key = String(path.at(-1));
    return this.#inserted(path.slice(0, -1), `${key}: ${value}`);
  }

  /** Adds lines of a block as the last entry of the mapping at a path; they are indented as its others. */
  withBlock(path: Path, lines: readonly string[]): StackText {
    return this.#inserted(path, lines.join("\n"));
  }

  /** Adds an item behind another one of its list. */
  withItemBehind(path: Path, value: string): StackText {
    const found = this.#find(path);
    const list = this.#find(path.slice(0, -1))?.value;
    if (found === undefined || !isSeq(list)) {
      throw new Error(`nothing can be added behind ${path.join(".")}: it is no item of a list`);
    }
    if (list.flow) {
      return this.#spliced(found.to, found.to, `, ${value}`);
    }
    const [from, to] = wholeLines(this.text, found.from, found.to);
    const before = this.text[to - 1] === "\n" ? "" : "\n";
    const dash = this.text.slice(from, found.from);
    return this.#spliced(to, to, `${before}${dash}${value}\n`);
  }

  #inserted(path: Path, entry: string): StackText {
    const parent = this.#find(path)?.value;
    const last = isMap(parent) ? parent.items.at(-1) : undefined;
    if (!isMap(parent) || last === undefined) {
      throw new Error(`nothing can be added at ${path.join(".")}: it is no mapping with entries`);
    }
    const { from, to } = placeOf(last);
    if (parent.flow) {
      return this.#spliced(to, to, `, ${entry.replaceAll("\n", " ")}`);
    }
    const indent = " ".repeat(columnAt(this.text, from));
    const end = endOfLine(this.text, to);
    const lines = entry.split("\n").map((line) => `${indent}${line}`);
    const before = this.text[end - 1] === "\n" ? "" : "\n";
    return this.#spliced(end, end, `${before}${lines.join("\n")}\n`);
  }

  #spliced(from: number, to: number, by: string): StackText {
    return new StackText(this.text.slice(0, from) + by + this.text.slice(to));
  }

  #find(path: Path): Place | undefined {
    let here: Place | undefined = { from: 0, to: this.text.length, value: this.#document.contents };
    for (const step of path) {
      here = childOf(here.value, step);
      if (here === undefined) {
        return undefined;
      }
    }
    return here;
  }
}

/** A text in the file, and what it is there. */
export interface TextPlace {
  readonly path: Path;
  readonly kind: "key" | "item" | "value";
  readonly text: string;
}

interface Place {
  readonly from: number;
  readonly to: number;
  readonly value: Node | null | undefined;
}

function* textsIn(value: Node | null | undefined, path: Path): Generator<TextPlace> {
  if (isMap(value)) {
    for (const pair of value.items) {
      const key = keyOf(pair);
      yield { path: [...path, key], kind: "key", text: key };
      yield* valuesIn(placeOf(pair).value, [...path, key], "value");
    }
  } else if (isSeq(value)) {
    for (const [at, item] of value.items.entries()) {
      yield* valuesIn(placeOf(item).value, [...path, at], "item");
    }
  }
}

function* valuesIn(
  value: Node | null | undefined,
  path: Path,
  kind: "item" | "value",
): Generator<TextPlace> {
  if (isScalar(value)) {
    yield { path, kind, text: textOf(value) };
  } else {
    yield* textsIn(value, path);
  }
}

function childOf(value: Node | null | undefined, step: Step): Place | undefined {
  if (isMap(value)) {
    const pair = value.items.find((one) => keyOf(one) === String(step));
    return pair === undefined ? undefined : placeOf(pair);
  }
  const item = isSeq(value) && typeof step === "number" ? value.items[step] : undefined;
  return item === undefined ? undefined : placeOf(item);
}

const textOf = ({ value, source }: Scalar): string =>
  typeof value === "string" ? value : (source ?? String(value));

function keyOf(pair: Pair): string {
  return isScalar(pair.key) ? textOf(pair.key) : String(pair.key);
}

function placeOf(item: unknown): Place {
  if (isPair(item)) {
    const [from, afterKey] = rangeOf(item.key);
    const value = nodeIn(item.value);
    return {
      from,
      to: value?.range == null ? afterKey : Math.max(afterKey, value.range[1]),
      value,
    };
  }
  const [from, to] = rangeOf(item);
  return { from, to, value: nodeIn(item) };
}

function nodeIn(value: unknown): Node | undefined {
  return isScalar(value) || isMap(value) || isSeq(value) ? value : undefined;
}

function rangeOf(value: unknown): readonly [number, number] {
  const range = nodeIn(value)?.range;
  return range == null ? [0, 0] : [range[0], range[1]];
}

/** With the comma that parts it from the next, or from the one before. */
function inBrackets(places: readonly Place[], at: number): readonly [number, number] {
  const [before, own, after] = [places[at - 1], places[at], places[at + 1]];
  if (own === undefined) {
    throw new Error("an entry is not among its own");
  }
  return after === undefined ? [before?.to ?? own.from, own.to] : [own.from, after.from];
}

/** From the begin of its first line to the end of its last, remarks behind it included. */
function wholeLines(text: string, from: number, to: number): readonly [number, number] {
  return [text.lastIndexOf("\n", from - 1) + 1, endOfLine(text, to)];
}

/** Behind the line break; a block ends behind its last one already. */
function endOfLine(text: string, at: number): number {
  if (text[at - 1] === "\n") {
    return at;
  }
  const end = text.indexOf("\n", at);
  return end < 0 ? text.length : end + 1;
}

function columnAt(text: string, at: number): number {
  return at - (text.lastIndexOf("\n", at - 1) + 1);
}

function lineAt(text: string, at: number): number {
  return text.slice(0, at).split("\n").length;
}
