import { z } from "zod";
import type { Change } from "../kit/change.js";
import { type Parameters, tell } from "../transport/pvesh/calls.js";
import { apiPath, type Verb } from "../transport/pvesh/endpoints.js";
import type { Part } from "../transport/pvesh/part.js";
import type { ObjectInputs } from "./object/schema.js";

type Value = string | readonly string[];
type ApiObject = Pick<ObjectInputs, "path" | "made" | "keys">;
/** What is there by key, or null where there is nothing. */
export type ApiFacts = Readonly<Record<string, Value>> | null;

const scalar = z.union([z.string(), z.number(), z.boolean()]);
/** As Proxmox's API tells them. */
export const keysAndValues = z.record(z.string(), z.unknown()).transform(valuesOf);

/** What Proxmox is to be told of one object. */
export interface ObjectStep {
  readonly verb: Exclude<Verb, "get">;
  readonly path: string;
  readonly parameters: Parameters;
}

export function callOf({ verb, path, parameters }: ObjectStep): Part<void> {
  return tell(verb, apiPath(verb, path), parameters);
}

function valuesOf(object: Readonly<Record<string, unknown>>): Record<string, Value> {
  return Object.fromEntries(
    Object.entries(object).flatMap(([key, value]): [string, Value][] => {
      const one = scalar.safeParse(value);
      if (one.success) {
        // Proxmox ends texts with a line break of its own.
        return [[key, String(one.data).trimEnd()]];
      }
      const many = z.array(scalar).safeParse(value);
      if (many.success) {
        return [[key, many.data.map(String)]];
      }
      // What is told as words, such as `prune-backups`, is shown as an object.
      const words = z.record(z.string(), scalar).safeParse(value);
      return words.success
        ? [
            [
              key,
              Object.entries(words.data)
                .map((word) => word.join("="))
                .join(","),
            ],
          ]
        : [];
    }),
  );
}

/** What has to be told to Proxmox, key by key: what others set beside the file's keys stays. */
export function planObject(
  wanted: ApiObject | undefined,
  facts: ApiFacts,
  before: ApiObject | undefined,
): Change<ObjectStep>[] {
  if (wanted === undefined) {
    return before === undefined ? [] : removalOf(before, facts);
  }
  const { path, made, keys } = wanted;
  if (facts === null && made !== undefined) {
    const parameters = { [made.key ?? "name"]: made.name, ...keys };
    const step: ObjectStep = { verb: "create", path: made.at, parameters };
    return [{ kind: "add", path, from: "absent", to: textOf(keys), step }];
  }
  const present = facts ?? {};
  const differing = Object.entries(keys).filter(([key, value]) => !same(key, present[key], value));
  const dropped = ownKeys(present, before).filter((key) => keys[key] === undefined);
  if (differing.length === 0 && dropped.length === 0) {
    return [];
  }
  const tramples = differing.some(([key]) => present[key] !== undefined || OFF.has(key));
  const names = [...differing.map(([key]) => key), ...dropped];
  return [
    {
      kind: tramples || dropped.length > 0 ? "change" : "add",
      path,
      from: names.map((key) => `${key} ${shown(present[key])}`).join(", "),
      to: names.map((key) => `${key} ${shown(keys[key])}`).join(", "),
      step: {
        verb: "set",
        path,
        parameters: {
          ...Object.fromEntries(differing),
          ...(dropped.length === 0 ? {} : { delete: dropped.join(",") }),
        },
      },
    },
  ];
}

/** Keys that still hold what the file said last; others have been taken over by somebody. */
function ownKeys(
  present: Readonly<Record<string, Value>>,
  before: ApiObject | undefined,
): string[] {
  return Object.entries(before?.keys ?? {}).flatMap(([key, value]) =>
    same(key, present[key], value) ? [key] : [],
  );
}

function removalOf(object: ApiObject, facts: ApiFacts): Change<ObjectStep>[] {
  const { path, made, keys } = object;
  const own = ownKeys(facts ?? {}, object);
  if (facts === null || (made === undefined && own.length === 0)) {
    return [];
  }
  const step: ObjectStep =
    made === undefined
      ? { verb: "set", path, parameters: { delete: own.join(",") } }
      : { verb: "delete", path, parameters: {} };
  return [{ kind: "remove", path, from: textOf(keys), to: "absent", step }];
}

/** What Proxmox takes an absent switch for, and lists that it keeps as one word. */
const OFF = new Set(["restricted", "nofailback", "repeat-missed"]);
const LISTS = new Set(["nodes", "vmid", "exclude", "mailto", "prune-backups", "fleecing"]);

/** Proxmox keeps no order in its lists. */
const same = (key: string, present: Value | undefined, wanted: Value): boolean =>
  normal(key, present) === normal(key, wanted);

function normal(key: string, value: Value | undefined): string {
  if (value === undefined && OFF.has(key)) {
    return "0";
  }
  // A node without a priority has the lowest one.
  const parts = (text: string): string[] => text.split(",").map((one) => one.replace(/:0$/, ""));
  return shown(LISTS.has(key) && typeof value === "string" ? parts(value) : value);
}

function shown(value: Value | undefined): string {
  if (value === undefined) {
    return "absent";
  }
  return typeof value === "string" ? value : [...value].sort().join(" ");
}

const textOf = (keys: ApiObject["keys"]): string =>
  Object.entries(keys)
    .map(([key, value]) => `${key} ${shown(value)}`)
    .join(", ");
