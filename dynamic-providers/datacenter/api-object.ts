import { z } from "zod";
import type { Change } from "../kit/change.js";
import { parseJson } from "../transport/base/json.js";
import { command } from "../transport/ssh/quoting.js";
import type { ObjectInputs } from "./object/schema.js";

type Value = string | readonly string[];
type ApiObject = Pick<ObjectInputs, "path" | "made" | "keys">;
/** What is there by key, or null where there is nothing. */
export type ApiFacts = Readonly<Record<string, Value>> | null;

const scalar = z.union([z.string(), z.number(), z.boolean()]);
const found = z.record(z.string(), z.unknown());
/** As Proxmox's API tells them. */
export const keysAndValues = found.transform(valuesOf);
const MISSING = /does not exist|not found|no such/i;

/** @throws what Proxmox said, when that is neither an object nor that there is none */
export function parseObject(stdout: string, stderr: string): ApiFacts {
  const object = found.safeParse(parseJson(stdout));
  if (object.success) {
    return valuesOf(object.data);
  }
  if (MISSING.test(stdout + stderr)) {
    return null;
  }
  throw new Error(`${stdout}\n${stderr}`.trim() || "no answer");
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
      return many.success ? [[key, many.data.map(String)]] : [];
    }),
  );
}

/** What has to be told to Proxmox, key by key: what others set beside the file's keys stays. The step is a command. */
export function planObject(
  wanted: ApiObject | undefined,
  facts: ApiFacts,
  before: ApiObject | undefined,
): Change<string>[] {
  if (wanted === undefined) {
    return before === undefined ? [] : removalOf(before, facts);
  }
  const { path, made, keys } = wanted;
  if (facts === null && made !== undefined) {
    const step = command(
      ...["pvesh", "create", made.at, `--${made.key ?? "name"}`, made.name],
      ...optionsOf(keys),
    );
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
      step: command(
        "pvesh",
        "set",
        path,
        ...optionsOf(Object.fromEntries(differing)),
        ...(dropped.length === 0 ? [] : ["--delete", dropped.join(",")]),
      ),
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

function removalOf(object: ApiObject, facts: ApiFacts): Change<string>[] {
  const { path, made, keys } = object;
  const own = ownKeys(facts ?? {}, object);
  if (facts === null || (made === undefined && own.length === 0)) {
    return [];
  }
  const step =
    made === undefined
      ? command("pvesh", "set", path, "--delete", own.join(","))
      : command("pvesh", "delete", path);
  return [{ kind: "remove", path, from: textOf(keys), to: "absent", step }];
}

/** What Proxmox takes an absent switch for, and a list that it keeps as one word. */
const OFF = new Set(["restricted", "nofailback"]);
const LIST = "nodes";

/** Proxmox keeps no order in its lists. */
const same = (key: string, present: Value | undefined, wanted: Value): boolean =>
  normal(key, present) === normal(key, wanted);

function normal(key: string, value: Value | undefined): string {
  if (value === undefined && OFF.has(key)) {
    return "0";
  }
  // A node without a priority has the lowest one.
  const parts = (text: string): string[] => text.split(",").map((one) => one.replace(/:0$/, ""));
  return shown(key === LIST && typeof value === "string" ? parts(value) : value);
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

function optionsOf(keys: ApiObject["keys"]): string[] {
  return Object.entries(keys).flatMap(([key, value]) =>
    [value].flat().flatMap((one) => [`--${key}`, one]),
  );
}
