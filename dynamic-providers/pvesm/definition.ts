import { z } from "zod";
import { get } from "../transport/pvesh/calls.js";

/** A storage that the program defines itself, in Proxmox's own words. */
export interface StorageWish {
  readonly id: string;
  readonly type: string;
  /** Options that Proxmox never changes. */
  readonly fixed: Readonly<Record<string, string>>;
  readonly options: Readonly<Record<string, string>>;
}

/** Whether the host keeps the secret that is wanted. Without the wanted one at hand it can't tell. */
export type KeptSecret = "same" | "different" | "missing" | "not compared";

export interface StorageFacts {
  /** Absent: there is no storage of this name. */
  readonly found: Readonly<Record<string, string>> | undefined;
  readonly password: KeptSecret;
  readonly encryptionKey: KeptSecret;
}

export interface OptionChange {
  readonly key: string;
  readonly from: string | undefined;
  readonly to: string | undefined;
}

const LISTS = new Set(["content", "nodes", "prune-backups", "options"]);
/** What Proxmox takes an absent switch for. */
const OFF = new Set(["disable", "shared", "sparse"]);

/** All storages as the cluster lists them. */
export const STORAGES = get(
  "/storage",
  z
    .array(z.looseObject({ storage: z.string(), type: z.string() }))
    .transform((storages) => storages.map(optionsFound)),
);

/** One storage's options as text; Proxmox writes switches as numbers or truth values. */
export function optionsFound(
  one: Readonly<Record<string, unknown>>,
): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(one).flatMap(([key, value]) =>
      typeof value === "string" || typeof value === "number" || typeof value === "boolean"
        ? [[key, value === true ? "1" : value === false ? "0" : String(value)]]
        : [],
    ),
  );
}

/** Options that differ; those that nobody asked for stay as they are, unless the program set them before. */
export function optionChanges(
  wanted: Readonly<Record<string, string>>,
  found: Readonly<Record<string, string>>,
  before: Readonly<Record<string, string>>,
): OptionChange[] {
  const keys = [...new Set([...Object.keys(wanted), ...Object.keys(before)])].sort();
  return keys.flatMap((key) => {
    const [from, to] = [found[key], wanted[key]];
    return normal(key, from) === normal(key, to) ? [] : [{ key, from, to }];
  });
}

/** Fixed options, the type among them, in which the storage that is there is another one. */
export function otherPlace(
  wish: StorageWish,
  found: Readonly<Record<string, string>>,
): OptionChange[] {
  return Object.entries({ type: wish.type, ...wish.fixed }).flatMap(([key, to]) =>
    found[key] === to ? [] : [{ key, from: found[key], to }],
  );
}

/** Proxmox keeps no order of lists, and leaves out what is off. */
function normal(key: string, value: string | undefined): string {
  if (value === undefined || (OFF.has(key) && value === "0")) {
    return "";
  }
  return LISTS.has(key)
    ? value
        .split(",")
        .map((one) => one.trim())
        .filter((one) => one !== "")
        .sort()
        .join(",")
    : value;
}
