import {
  type Alias,
  type Document,
  isAlias,
  isCollection,
  isMap,
  isNode,
  isPair,
  isScalar,
  isSeq,
  type Node,
  Scalar,
  visit,
} from "yaml";
import type { Path } from "../findings/finding.js";
import { type Oddity, oddKey, oddValue } from "../findings/plain-scalars.js";

/** More than any cluster needs, and few enough that a small file cannot grow without end, here or in Pulumi. */
const MOST_ALIASES = 200;
const MOST_ALIASED_VALUES = 20_000;

export type RefusedFeature = "alias" | "merge" | "growth" | "key" | "tag" | "directive";

/** The first thing in a document that this program and Pulumi would not read alike, or that has no end. */
export function refusedFeature(
  document: Document,
): { readonly feature: RefusedFeature; readonly offset: number } | undefined {
  if (document.directives?.yaml.explicit === true) {
    return { feature: "directive", offset: 0 };
  }
  let found: { feature: RefusedFeature; offset: number } | undefined;
  let aliases = 0;
  let values = 0;
  visit(document, (key, node) => {
    const item: unknown = node;
    const feature = isPair(item)
      ? isScalar(item.key) && item.key.value === "<<"
        ? "merge"
        : undefined
      : isNode(item)
        ? featureOf(document, item, key === "key")
        : undefined;
    if (isAlias(item)) {
      aliases += 1;
      values += sizeOf(item.resolve(document));
    }
    const grown = aliases > MOST_ALIASES || values > MOST_ALIASED_VALUES;
    const refused = feature ?? (grown ? "growth" : undefined);
    if (refused !== undefined) {
      const place: unknown = isPair(item) ? item.key : item;
      found = { feature: refused, offset: isNode(place) ? (place.range?.[0] ?? 0) : 0 };
    }
    return found === undefined ? undefined : visit.BREAK;
  });
  return found;
}

/** An alias may stand for one value that holds no other alias, and never for a key. */
function featureOf(document: Document, item: Node, asKey: boolean): RefusedFeature | undefined {
  if (isAlias(item)) {
    return asKey || !isWhole(document, item) ? "alias" : undefined;
  }
  if (asKey && isCollection(item)) {
    return "key";
  }
  if (asKey && item.anchor !== undefined) {
    return "alias";
  }
  return item.tag === undefined ? undefined : "tag";
}

function isWhole(document: Document, alias: Alias): boolean {
  const target = alias.resolve(document);
  let whole = target !== undefined;
  if (target !== undefined && isCollection(target)) {
    visit(target, {
      Alias: () => {
        whole = false;
        return visit.BREAK;
      },
    });
  }
  return whole;
}

function sizeOf(target: Node | undefined): number {
  let size = 0;
  if (target !== undefined && isCollection(target)) {
    visit(target, () => {
      size += 1;
    });
  }
  return size;
}

/** Where a key stands that stood in the same mapping before, whatever its quotes. */
export function repeatedKeys(document: Document): number[] {
  const offsets: number[] = [];
  visit(document, {
    Map: (_key, map) => {
      const seen = new Set<string>();
      for (const { key } of map.items) {
        const text = isScalar(key) ? String(key.value) : undefined;
        if (text !== undefined && seen.has(text) && isNode(key)) {
          offsets.push(key.range?.[0] ?? 0);
        }
        seen.add(text ?? "");
      }
    },
  });
  return offsets;
}

/** A text without quotes that the two readers, or a reader and a person, take for different things. */
export interface OddPlace {
  readonly path: Path;
  readonly offset: number;
  readonly atKey: boolean;
  readonly text: string;
  readonly oddity: Oddity;
}

/** Every odd text of a document; one under an anchor counts where the anchor stands. */
export function oddPlaces(node: unknown, path: Path = []): OddPlace[] {
  if (isMap(node)) {
    return node.items.flatMap(({ key, value }) => {
      const name = isScalar(key) ? String(key.value ?? "") : "";
      return [...oddScalar(key, [...path, name], true), ...oddPlaces(value, [...path, name])];
    });
  }
  if (isSeq(node)) {
    return node.items.flatMap((item, index) => oddPlaces(item, [...path, index]));
  }
  return oddScalar(node, path, false);
}

function oddScalar(node: unknown, path: Path, atKey: boolean): OddPlace[] {
  if (!isScalar(node) || node.type !== Scalar.PLAIN) {
    return [];
  }
  const text = node.source ?? String(node.value);
  const oddity = atKey ? oddKey(text) : oddValue(text);
  return oddity === undefined ? [] : [{ path, offset: node.range?.[0] ?? 0, atKey, text, oddity }];
}
