import type { z } from "zod";
import { closest } from "../findings/closest.js";
import { list } from "../findings/enumeration.js";
import { type Draft, drafter, type Path, type PathSegment } from "../findings/finding.js";
import { flow } from "../findings/flow.js";
import { pathText } from "../findings/path.js";
import { clusterSchema } from "../schema/cluster.js";
import { loadCodes } from "./codes.js";
import { explainOldKey, explainOldValue } from "./old-keys.js";
import { MOST_FINDINGS } from "./report-size.js";
import { placeAt, takes } from "./schema-walk.js";

type Issue = z.core.$ZodIssue;

const draft = drafter(loadCodes);
const ZOD_OWN_MESSAGE = /^(Invalid|Too (big|small)|Unrecognized)/;
const SECRET_KEY = /password|secret|token|privatekey|encryptionkey|accesskey|^key$/i;

/** Turns what the schema refused into sentences for the person who wrote the file; of very many only the first. */
export function draftsOfIssues(issues: readonly Issue[]): {
  readonly drafts: Draft[];
  readonly more: number;
} {
  const shown: Issue[] = [];
  let room = MOST_FINDINGS;
  let more = 0;
  for (const issue of issues) {
    const size = issue.code === "unrecognized_keys" ? issue.keys.length : 1;
    const part = Math.min(size, room);
    if (issue.code === "unrecognized_keys" && part > 0) {
      shown.push({ ...issue, keys: issue.keys.slice(0, part) });
    } else if (part > 0) {
      shown.push(issue);
    }
    room -= part;
    more += size - part;
  }
  return { drafts: draftsBelow(shown, []), more };
}

function draftsBelow(issues: readonly Issue[], base: Path): Draft[] {
  return issues.flatMap((issue) => draftsOf(issue, [...base, ...issue.path.map(segment)]));
}

function segment(part: PropertyKey): PathSegment {
  return typeof part === "number" ? part : String(part);
}

function draftsOf(issue: Issue, path: Path): Draft[] {
  switch (issue.code) {
    case "unrecognized_keys":
      return issue.keys.map((key) => unknownKey(path, key));
    case "invalid_union":
      return ofUnion(issue, path);
    case "invalid_key":
      return [
        draft(
          "schema/key",
          path,
          `\`${String(path.at(-1))}\` cannot be a name here.`,
          fixFrom(issue.issues[0]?.message, path.slice(0, -1)),
          { atKey: true },
        ),
      ];
    case "invalid_type":
      return [
        issue.input === undefined ? missing(path, issue.message) : wrongType(path, issue.input),
      ];
    case "invalid_value":
      return [
        issue.input === undefined ? missing(path) : wrongChoice(path, issue.input, issue.values),
      ];
    case "custom":
      return [
        typeof issue.input === "object"
          ? draft(
              "schema/combination",
              path,
              `${name(path)} does not fit together.`,
              sentence(issue.message),
            )
          : wrongValue(path, issue.input, issue.message),
      ];
    case "too_small":
    case "too_big":
      return [outOfRange(issue, path)];
    default:
      return [wrongValue(path, issue.input, issue.message)];
  }
}

function unknownKey(path: Path, key: string): Draft {
  const known = placeAt(clusterSchema, path)?.keys ?? [];
  const where = path.length === 0 ? "the cluster" : name(path);
  const meant = closest(key, known);
  const at: Path = [...path, key];
  if (known.includes(key)) {
    return draft(
      "schema/combination",
      at,
      `${where} cannot have \`${key}\` beside what else stands there.`,
      `Write only one of ${list(
        known.map((one) => `\`${one}\``),
        "or",
      )}.`,
      { atKey: true },
    );
  }
  // `hardware` and `mode` are current keys elsewhere; a near miss of a key that fits here wins over history.
  const old = explainOldKey(key);
  if (old !== undefined && (meant === undefined || meant.length !== key.length)) {
    return draft("schema/old-key", at, `${where} takes no \`${key}\`.`, old, {
      atKey: true,
    });
  }
  const fix =
    meant === undefined
      ? `Remove it. Known here: ${list(known.map((one) => `\`${one}\``))}.`
      : `Did you mean \`${meant}\`?`;
  return draft("schema/unknown-key", at, `${where} has no \`${key}\`.`, fix, { atKey: true });
}

/** Of several alternatives the one is explained that the value resembles most. */
function ofUnion(issue: Extract<Issue, { code: "invalid_union" }>, path: Path): Draft[] {
  const input: unknown = issue.input;
  if (input === undefined) {
    return [missing(path)];
  }
  if (isSecretPlace(path) && !issue.errors.some(takesText)) {
    return [plainSecret(path, input)];
  }
  const literals = issue.errors
    .flat()
    .flatMap((one) => (one.code === "invalid_value" ? one.values : []));
  if (typeof input !== "object" && literals.length === issue.errors.length) {
    return [wrongChoice(path, input, literals)];
  }
  if (!ZOD_OWN_MESSAGE.test(issue.message)) {
    return [wrongValue(path, input, issue.message)];
  }
  const ranked = [...issue.errors].sort((a, b) => mismatch(a) - mismatch(b));
  const best = ranked[0] ?? [];
  return mismatch(best) >= WRONG_KIND ? [wrongType(path, input)] : draftsBelow(best, path);
}

/** An alternative that takes a text, though not this one: a public key, where its place may stand as well. */
const takesText = (alternative: readonly Issue[]): boolean =>
  alternative.some(
    ({ code, path }) => path.length === 0 && (code === "invalid_format" || code === "custom"),
  );

const WRONG_KIND = 1_000;
/** A mapping where an alternative wants a plain value speaks against that alternative. */
const WRONG_SHAPE = 10;

/** How far a value is from an alternative: another kind altogether, else by what is wrong inside. */
function mismatch(issues: readonly Issue[]): number {
  return issues.reduce((sum, issue) => {
    if (issue.path.length === 0 && issue.code === "invalid_type") {
      return sum + WRONG_KIND;
    }
    if (issue.code === "invalid_type" && typeof issue.input === "object") {
      return sum + WRONG_SHAPE;
    }
    return sum + (issue.code === "unrecognized_keys" ? issue.keys.length : 1);
  }, 0);
}

/** Whether a reference to a secret belongs here, and nothing else. */
export function isSecretPlace(path: Path): boolean {
  const keys = placeAt(clusterSchema, path)?.keys ?? [];
  return keys.length === 3 && ["ssm", "env", "pulumi"].every((key) => keys.includes(key));
}

function plainSecret(path: Path, input: unknown): Draft {
  const reference = "`{ssm: /path}`, `{pulumi: key}` or `{env: NAME}`";
  const encrypted = typeof input === "object" && input !== null && "secure" in input;
  if (typeof input === "string" || encrypted) {
    return draft(
      "secrets/plain-value",
      path,
      `${name(path)} holds a secret, and a secret never stands in this section.`,
      `Write where it is: ${reference}. For a value that Pulumi encrypts, run \`pulumi config set --secret ${String(path.at(-1))}\` and write \`{pulumi: ${String(path.at(-1))}}\`.`,
    );
  }
  return draft(
    "schema/value",
    path,
    `${name(path)} does not say where the secret is.`,
    `Write exactly one of ${reference}; a parameter path starts with '/'.`,
  );
}

/** @param message what the schema itself says about a value that is not there, where it says more than zod */
function missing(path: Path, message = "Invalid"): Draft {
  const place = placeAt(clusterSchema, path);
  const key = String(path.at(-1));
  const parent = path.slice(0, -1);
  const about = place?.description === undefined ? "" : ` ${place.description}`;
  return draft(
    "schema/missing",
    path,
    `${parent.length === 0 ? "The cluster" : name(parent)} lacks \`${key}\`.${about}`,
    ZOD_OWN_MESSAGE.test(message) ? addition(key, place) : sentence(message),
  );
}

function addition(key: string, place: ReturnType<typeof placeAt>): string {
  return place?.example === undefined
    ? `Add \`${key}\`: ${place?.kind ?? "a value"}.`
    : `Add it, for example \`${key}: ${flow(place.example)}\`.`;
}

function wrongType(path: Path, input: unknown): Draft {
  const place = placeAt(clusterSchema, path);
  const kind = place?.kind ?? "something else";
  const old = explainOldValue(String(path.at(-1)), input);
  const unquoted = kind === "a number" && typeof input === "string" && /^\d+$/.test(input);
  return draft(
    "schema/type",
    path,
    `${name(path)} must be ${kind}, and is ${shown(path, input)}.`,
    old ??
      (unquoted ? `Write the number without quotes: ${input}.` : undefined) ??
      truth(kind, input) ??
      (typeof input === "number" && takes(clusterSchema, path, String(input))
        ? `Write it in quotes: ${JSON.stringify(String(input))}.`
        : suggestion(path)),
  );
}

/** What YAML 1.1 took for true and false, and what means the same to people. */
function truth(kind: string, input: unknown): string | undefined {
  if (kind !== "true or false" || typeof input !== "string") {
    return undefined;
  }
  const means = /^(y|yes|on|enabled?|1)$/i.test(input)
    ? "true"
    : /^(n|no|off|disabled?|0)$/i.test(input)
      ? "false"
      : undefined;
  return means === undefined ? undefined : `Write \`${means}\`.`;
}

function wrongChoice(path: Path, input: unknown, values: readonly unknown[]): Draft {
  const old = explainOldValue(String(path.at(-1)), input);
  const texts = values.map(String);
  const meant = typeof input === "string" ? closest(input, texts) : undefined;
  const same = values.find((one) => one !== input && String(one) === String(input));
  const choices = `Write one of: ${values.map(flow).join(", ")}.`;
  const hint =
    same !== undefined
      ? `Write it ${typeof same === "string" ? "in" : "without"} quotes: ${flow(same)}.`
      : meant === undefined || meant === input
        ? choices
        : `Did you mean \`${meant}\`? ${choices}`;
  return draft(
    "schema/choice",
    path,
    `${name(path)} cannot be ${shown(path, input)}.`,
    old ?? hint,
  );
}

function wrongValue(path: Path, input: unknown, message: string): Draft {
  const old = explainOldValue(String(path.at(-1)), input);
  return draft(
    "schema/value",
    path,
    `${name(path)} cannot be ${shown(path, input)}.`,
    old ?? specialFix(path, input, message) ?? fixFrom(message, path),
  );
}

/** Two slips of the guides that deserve more than "write an address". */
function specialFix(path: Path, input: unknown, message: string): string | undefined {
  if (typeof input !== "string") {
    return undefined;
  }
  if (/^[0-9a-f.:]+\/\d+$/i.test(input) && path.includes("addresses")) {
    return `Write the address alone: ${input.split("/")[0]}. The prefix length comes from the network; a ring's address is a /32 on lo, never a /24 on the ports.`;
  }
  if (
    /address|IPv6/.test(message) &&
    /^[a-z0-9]*::?[a-z0-9:]*(\/\d+)?$/i.test(input) &&
    /[g-z]/i.test(input)
  ) {
    return "Use hexadecimal digits only, 0-9 and a-f: fd00:255::/64. Letters beyond f, as in fd00:lo:: or fd00:tb::, are no IPv6 address.";
  }
  return undefined;
}

function outOfRange(issue: Extract<Issue, { code: "too_small" | "too_big" }>, path: Path): Draft {
  const input: unknown = issue.input;
  if (!ZOD_OWN_MESSAGE.test(issue.message)) {
    return wrongValue(path, input, issue.message);
  }
  const [bound, limit] =
    issue.code === "too_small" ? ["at least", issue.minimum] : ["at most", issue.maximum];
  const unit =
    issue.origin === "string" ? " characters" : typeof input === "object" ? " entries" : "";
  return draft(
    "schema/value",
    path,
    typeof input === "object"
      ? `${name(path)} has the wrong number of entries.`
      : `${name(path)} cannot be ${shown(path, input)}.`,
    `${unit === " entries" ? "Give" : "Write"} ${bound} ${String(limit)}${unit}.`.replace(
      "1 entries",
      "1 entry",
    ),
  );
}

function fixFrom(message: string | undefined, path: Path): string {
  return message === undefined || ZOD_OWN_MESSAGE.test(message)
    ? suggestion(path)
    : sentence(message);
}

function suggestion(path: Path): string {
  const place = placeAt(clusterSchema, path);
  if (place?.example !== undefined) {
    return `Write for example \`${String(path.at(-1))}: ${flow(place.example)}\`.`;
  }
  return place === undefined ? "Remove it." : `Write ${place.kind}.`;
}

function sentence(text: string): string {
  const upper = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?…]$/.test(upper) ? upper : `${upper}.`;
}

function name(path: Path): string {
  return path.length === 0 ? "The cluster" : `\`${pathText(path)}\``;
}

/** The value in the file, unless its key suggests that it is not for other eyes. */
function shown(path: Path, input: unknown): string {
  if (path.some((part) => typeof part === "string" && SECRET_KEY.test(part))) {
    return "this";
  }
  if (input === null) {
    return "empty";
  }
  if (Array.isArray(input)) {
    return "a list";
  }
  if (typeof input === "object") {
    return "a mapping";
  }
  const text = typeof input === "string" ? JSON.stringify(input) : String(input);
  return text.length > 60 ? `${text.slice(0, 57)}…"` : text;
}
