import { printed, whenMounted } from "../shell/etc-pve.js";
import { tell } from "../transport/pvesh/calls.js";
import { look, type Part } from "../transport/pvesh/part.js";

/** Options of the whole cluster by key; a value of several parts, such as `ha=static,x=1`, by part. */
export type DatacenterOptions = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** The part that a value without a name stands for: `migration: secure,network=…` means `type=secure`. */
const DEFAULT_PART: Readonly<Record<string, string>> = { migration: "type", replication: "type" };

/** What Proxmox does when nothing is written, so that writing it changes nothing. */
const BUILT_IN: DatacenterOptions = {
  ha: { shutdown_policy: "conditional" },
  crs: { ha: "basic" },
};

/** Whole values of one part have no name of their own. */
const WHOLE = "";
const COMPOSED = new Set(["ha", "crs", "migration", "replication", "bwlimit"]);

/** Reads `datacenter.cfg`; lines of the description, which begin with `#`, are nobody's option. */
export function parseDatacenterCfg(text: string): DatacenterOptions {
  const lines = text.split("\n").flatMap((line) => {
    const match = /^([a-z][a-z0-9_-]*):\s*(.*?)\s*$/i.exec(line);
    const [, key, value] = match ?? [];
    return key === undefined || value === undefined ? [] : [[key, partsOf(key, value)] as const];
  });
  return Object.fromEntries(lines);
}

export function partsOf(key: string, value: string): Readonly<Record<string, string>> {
  if (!COMPOSED.has(key)) {
    return { [WHOLE]: value };
  }
  const parts = value.split(",").filter((part) => part !== "");
  return Object.fromEntries(
    parts.map((part) => {
      const [name = "", ...rest] = part.split("=");
      return rest.length === 0
        ? [DEFAULT_PART[key] ?? WHOLE, name]
        : [name.trim(), rest.join("=").trim()];
    }),
  );
}

export function joinParts(parts: Readonly<Record<string, string>>): string {
  return Object.entries(parts)
    .map(([name, value]) => (name === WHOLE ? value : `${name}=${value}`))
    .join(",");
}

export interface OptionChange {
  readonly kind: "add" | "change" | "remove";
  readonly key: string;
  readonly from: string;
  /** The key's whole new value; undefined when the key goes. */
  readonly to: string | undefined;
}

/**
 * Keys that have to change. Proxmox replaces a key's value as a whole, so parts that others wrote are carried
 * along. A key that the program no longer wants goes only as far as the program wrote it.
 */
export function planOptions(
  wanted: DatacenterOptions,
  found: DatacenterOptions,
  before: DatacenterOptions,
): OptionChange[] {
  const keys = [...new Set([...Object.keys(wanted), ...Object.keys(before)])].sort();
  return keys.flatMap((key) => changeOf(key, wanted[key] ?? {}, found[key], before[key] ?? {}));
}

function changeOf(
  key: string,
  wanted: Readonly<Record<string, string>>,
  found: Readonly<Record<string, string>> | undefined,
  before: Readonly<Record<string, string>>,
): OptionChange[] {
  const present = found ?? {};
  const dropped = Object.keys(before).filter(
    (part) => wanted[part] === undefined && present[part] === before[part],
  );
  const kept = Object.entries(present).filter(([part]) => !dropped.includes(part));
  const target = { ...Object.fromEntries(kept), ...wanted };
  const missing = Object.entries(wanted).filter(([part, value]) => present[part] !== value);
  const pending = missing.filter(
    ([part, value]) => present[part] !== undefined || BUILT_IN[key]?.[part] !== value,
  );
  if (pending.length === 0 && dropped.length === 0) {
    return [];
  }
  const to = Object.keys(target).length === 0 ? undefined : joinParts(target);
  const tramples = pending.some(([part]) => present[part] !== undefined);
  return [
    {
      kind: to === undefined ? "remove" : tramples || dropped.length > 0 ? "change" : "add",
      key,
      from: found === undefined ? "absent" : joinParts(found),
      to,
    },
  ];
}

/** A cluster without options has no such file. */
export const OPTIONS = look(
  "datacenter.cfg",
  whenMounted(printed("/etc/pve/datacenter.cfg")),
  parseDatacenterCfg,
);

/** One call for all keys. Values are written and read again afterwards: exit status 0 proves nothing here. */
export function writeCall(changes: readonly OptionChange[]): Part<void> {
  const set = changes.flatMap(({ key, to }) => (to === undefined ? [] : [[key, to] as const]));
  const gone = changes.filter(({ to }) => to === undefined).map(({ key }) => key);
  return tell("set", "/cluster/options", {
    ...Object.fromEntries(set),
    ...(gone.length === 0 ? {} : { delete: gone.join(",") }),
  });
}
