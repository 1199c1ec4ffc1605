import { diskSize } from "../../config/findings/figures.js";
import { consentTo } from "../../config/plan/consents.js";
import type { FoundDisk } from "./disks.js";
import type { ChosenDisk, DiskRule, SlotRule } from "./osds/schema.js";

/** Makers round: a disk of "7.68TB" has up to a hundredth more or less. */
const ROUNDED = 0.01;

/** Which disks may be emptied, as a person named them. */
export interface ConsentToWipe {
  has(disk: FoundDisk): boolean;
  /** How the consent for a disk is called, where there can be one. */
  nameFor(disk: FoundDisk): string | undefined;
}

/** What is wiped of a disk with consent: what lies on it now, and nothing that comes later. */
export function wipeOf(disk: FoundDisk, consent: ConsentToWipe): ChosenDisk["wipe"] {
  const { used, osd, pinned, digest } = disk;
  return used === undefined ||
    osd !== undefined ||
    pinned !== undefined ||
    digest === undefined ||
    !consent.has(disk)
    ? undefined
    : { what: used, digest };
}

export function wayOut(pinned: string | undefined, name: string | undefined): string {
  if (pinned !== undefined) {
    return `; no consent empties it, because ${pinned}`;
  }
  return name === undefined ? "" : ` (with the consent \`${name}\` it is wiped)`;
}

/** Rules for data, and rules for slots. */
type MeantBy = DiskRule | SlotRule;

/** Whether a rule could mean the disk, whatever lies on it. Rules mean disks, and never partitions as such. */
export function fits(rule: MeantBy, disk: FoundDisk): boolean {
  if (disk.part !== undefined) {
    return false;
  }
  if (rule.by === "name") {
    return disk.names.includes(rule.path);
  }
  const { path, rotational, sizeBytes, atLeastBytes, atMostBytes } = rule;
  return (
    glob(rule.model ?? "*").test(disk.model) &&
    glob(rule.serial ?? "*").test(disk.serial) &&
    (path === undefined || [...disk.names, ...disk.paths].some((name) => glob(path).test(name))) &&
    (rotational === undefined || rotational === disk.rotational) &&
    (sizeBytes === undefined || Math.abs(disk.sizeBytes - sizeBytes) <= sizeBytes * ROUNDED) &&
    (atLeastBytes === undefined || disk.sizeBytes >= atLeastBytes) &&
    (atMostBytes === undefined || disk.sizeBytes <= atMostBytes)
  );
}

/** `*` stands for any text. */
function glob(pattern: string): RegExp {
  const parts = pattern.split("*").map((text) => text.replaceAll(/[.+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${parts.join(".*")}$`, "i");
}

export function otherNumber(
  rule: MeantBy,
  wanted: number,
  meant: readonly FoundDisk[],
  found: readonly FoundDisk[],
  purpose = "",
): string {
  const whole = found.filter(({ part }) => part === undefined);
  const all = whole.map(shown).join(", ") || "none";
  if (rule.by === "name") {
    return `there is no ${rule.path}${purpose === "" ? "" : ` for a ${purpose}`}; the disks there are ${all}`;
  }
  const those = meant.map(shown).join(", ") || "none";
  return `the rule for ${wanted} ${purpose === "" ? "" : `${purpose} `}${wanted === 1 ? "disk" : "disks"} ${described(rule)} means ${meant.length} there (${those}); the disks there are ${all}`;
}

/** A rule in words: `"MICRON*" of 7.7 TB`. */
function described(rule: MeantBy & { readonly by: "select" }): string {
  const { model, serial, path, rotational, sizeBytes, atLeastBytes, atMostBytes } = rule;
  return [
    `"${model ?? "*"}"`,
    serial === undefined ? "" : `with the serial "${serial}"`,
    path === undefined ? "" : `at "${path}"`,
    rotational === undefined ? "" : rotational ? "that turn" : "that do not turn",
    sizeBytes === undefined ? "" : `of ${diskSize(sizeBytes)}`,
    atLeastBytes === undefined ? "" : `from ${diskSize(atLeastBytes)}`,
    atMostBytes === undefined ? "" : `up to ${diskSize(atMostBytes)}`,
  ]
    .filter((text) => text !== "")
    .join(" ");
}

/** `osd.3, osd.4` */
export const named = (osds: readonly number[]): string => osds.map((id) => `osd.${id}`).join(", ");

/** How the consents are called by which OSDs leave. */
export const consents = (osds: readonly number[]): string =>
  `with the consent ${osds.map((id) => `\`${consentTo.osd(id)}\``).join(", ")}`;

/** As a person finds it on the host. */
export function shown({ device, model, serial, sizeBytes, used }: FoundDisk): string {
  const content = used === undefined ? "blank" : used;
  return `${device} (${model || "no model"}, serial ${serial || "unknown"}, ${diskSize(sizeBytes)}, ${content})`;
}
