import { closest } from "../findings/closest.js";
import { type Draft, drafter, type Path } from "../findings/finding.js";
import { pathText } from "../findings/path.js";
import { type ClusterSpec, clusterSchema } from "../schema/cluster.js";
import { loadCodes } from "./codes.js";
import { furtherMistakes } from "./report-size.js";
import { draftsOfIssues, isSecretPlace } from "./schema-issues.js";
import { placeAt } from "./schema-walk.js";
import { isMapping } from "./section.js";

const draft = drafter(loadCodes);

export interface ParseResult {
  readonly drafts: readonly Draft[];
  /** For the cross-field rules. Present as long as nothing worse than unknown keys was found. */
  readonly spec: ClusterSpec | undefined;
}

/** Checks a value against the schema. */
export function parseCluster(value: unknown): ParseResult {
  const hidden = lostValues(value);
  if (hidden.length > 0) {
    return { drafts: hidden, spec: undefined };
  }
  const parsed = clusterSchema.safeParse(value, { reportInput: true });
  if (parsed.success) {
    return { drafts: [], spec: withoutPrototypes(parsed.data) };
  }
  const { drafts, more } = draftsOfIssues(parsed.error.issues);
  return more > 0
    ? { drafts: [...drafts, furtherMistakes(more)], spec: undefined }
    : { drafts: withoutEchoes(drafts), spec: withoutUnknownKeys(value, drafts) };
}

/**
 * What would not arrive as it is written. `__proto__` is no name in JavaScript: the schema would not see it, and what stands there
 * would be lost. `{secure: text}` Pulumi decrypts before anybody else sees it; where a secret belongs, more is said about it.
 */
function lostValues(value: unknown, path: Path = []): Draft[] {
  if (Array.isArray(value)) {
    return value.flatMap((one: unknown, index) => lostValues(one, [...path, index]));
  }
  if (!isMapping(value)) {
    return [];
  }
  if (isCiphertext(value) && !isSecretPlace(path)) {
    return [encrypted(path)];
  }
  return Object.entries(value).flatMap(([key, one]) => {
    const at = [...path, key];
    return key === "__proto__" ? [noName(at)] : lostValues(one, at);
  });
}

function isCiphertext(value: Readonly<Record<string, unknown>>): boolean {
  return Object.keys(value).length === 1 && typeof value.secure === "string";
}

function encrypted(path: Path): Draft {
  return draft(
    "stack/ciphertext",
    [...path, "secure"],
    "A mapping with the single key `secure` is an encrypted value to Pulumi, which would try to decrypt it.",
    "Give the entry another name than `secure`. Where a secret is meant: only fields that ask for one take it, as `{pulumi: key}`.",
    { atKey: true },
  );
}

function noName(path: Path): Draft {
  return draft("schema/key", path, "`__proto__` cannot be a name.", "Remove it, or rename it.", {
    atKey: true,
  });
}

/** Pulumi writes values of resources into texts; a mapping that cannot be one would end the program there. */
const ONLY_TEXT: object = Object.freeze(
  Object.create(null, { [Symbol.toPrimitive]: { value: () => "[object Object]" } }),
);

/**
 * The same cluster in mappings that have nothing but their own keys. Rules and planners look up names of the file in
 * them, and a node called `constructor` must not be found there unless somebody wrote it.
 */
function withoutPrototypes(spec: ClusterSpec): ClusterSpec {
  strip(spec);
  return spec;
}

function strip(value: unknown): void {
  if (Array.isArray(value)) {
    value.forEach(strip);
  } else if (isMapping(value)) {
    Object.setPrototypeOf(value, ONLY_TEXT);
    Object.values(value).forEach(strip);
  }
}

/**
 * A misspelt key should not hide what else is wrong, so the rules see the file as it was probably meant: with
 * the key that resembles it, or without it.
 */
function withoutUnknownKeys(value: unknown, drafts: readonly Draft[]): ClusterSpec | undefined {
  const unknown = drafts.filter(
    ({ code }) => code === "schema/unknown-key" || code === "schema/old-key",
  );
  if (unknown.length === 0) {
    return undefined;
  }
  for (const rename of [true, false]) {
    const copy = structuredClone(value);
    for (const { path } of unknown) {
      correct(copy, path, rename);
    }
    const parsed = clusterSchema.safeParse(copy);
    if (parsed.success) {
      return withoutPrototypes(parsed.data);
    }
  }
  return undefined;
}

/** A misspelt key leaves the right one missing; one finding for that is enough. */
function withoutEchoes(drafts: readonly Draft[]): Draft[] {
  const meant = new Set(
    drafts
      .filter(({ code }) => code === "schema/unknown-key")
      .map(({ path }) => pathText([...path.slice(0, -1), meantKey(path) ?? ""])),
  );
  return drafts.filter(({ code, path }) => code !== "schema/missing" || !meant.has(pathText(path)));
}

/** The key that fits where the unknown one stands and resembles it. */
function meantKey(path: Path): string | undefined {
  return closest(String(path.at(-1)), placeAt(clusterSchema, path.slice(0, -1))?.keys ?? []);
}

function correct(root: unknown, path: Path, rename: boolean): void {
  const key = String(path.at(-1));
  let parent: unknown = root;
  for (const segment of path.slice(0, -1)) {
    parent = Array.isArray(parent) || isMapping(parent) ? Reflect.get(parent, segment) : undefined;
  }
  if (!isMapping(parent)) {
    return;
  }
  const meant = meantKey(path);
  if (rename && meant !== undefined && !Object.hasOwn(parent, meant)) {
    Reflect.set(parent, meant, parent[key]);
  }
  Reflect.deleteProperty(parent, key);
}
