import { diskSize } from "../../config/findings/figures.js";
import { consentTo } from "../../config/plan/consents.js";
import { placeOn } from "./choose-partitions.js";
import { type FoundDisk, numbersOn } from "./disks.js";
import { type ChosenDisk, type DiskRule, osdsOn } from "./osds/schema.js";

/** Makers round: a disk of "7.68TB" has up to a hundredth more or less. */
const ROUNDED = 0.01;

/** Which disks may be emptied, as a person named them. */
export interface ConsentToWipe {
  has(disk: FoundDisk): boolean;
  /** How the consent for a disk is called, where there can be one. */
  nameFor(disk: FoundDisk): string | undefined;
}

export interface Choice {
  readonly disks: readonly ChosenDisk[];
  /** Why nothing is taken, in words; empty when the rules fit what is there. */
  readonly against: readonly string[];
}

/** Which of a host's disks the rules of the stack file mean. Nothing is taken by halves: one sentence against it, and no disk is. */
export function chooseDisks(
  rules: readonly DiskRule[],
  found: readonly FoundDisk[],
  consent: ConsentToWipe = { has: () => false, nameFor: () => undefined },
): Choice {
  const taken = new Set<FoundDisk>();
  const against: string[] = [];
  const disks: ChosenDisk[] = [];
  for (const rule of rules) {
    const meant = found.filter((disk) => fits(rule, disk) && !taken.has(disk));
    const wanted = rule.by === "name" ? 1 : rule.count;
    if (meant.length !== wanted) {
      against.push(otherNumber(rule, wanted, meant, found));
      continue;
    }
    for (const disk of meant) {
      taken.add(disk);
      const [path] = rule.by === "name" ? [rule.path] : disk.names;
      if (path === undefined) {
        against.push(`${shown(disk)} has no name below /dev/disk/by-id, and its other name moves`);
        continue;
      }
      const { model, serial, sizeBytes } = disk;
      const { encrypted, partitionBytes, perDevice } = rule;
      const shared = perDevice === undefined ? {} : { perDevice };
      const one = { path, model, serial, sizeBytes, class: rule.class, encrypted, ...shared };
      if (partitionBytes !== undefined) {
        const place = placeOn(disk, partitionBytes, path, found);
        const on = found.find(({ names }) => names.includes(place.path));
        against.push(...place.against, ...(on === undefined ? [] : otherwise(on, encrypted)));
        disks.push({ ...one, path: place.path, partitionBytes });
        continue;
      }
      against.push(...hindrances(disk, rule, consent));
      const wipe = wipeOf(disk, consent);
      disks.push({ ...one, ...(wipe === undefined ? {} : { wipe }) });
    }
  }
  return { disks, against };
}

function hindrances(disk: FoundDisk, rule: DiskRule, consent: ConsentToWipe): string[] {
  const { osd, used, pinned } = disk;
  if (osd === undefined) {
    return used === undefined || wipeOf(disk, consent) !== undefined
      ? []
      : [`${shown(disk)} is in use: ${used}${wayOut(pinned, consent.nameFor(disk))}`];
  }
  return [...otherwise(disk, rule.encrypted), ...otherCount(disk, osdsOn(rule))];
}

function otherwise({ device, osd, encrypted: found }: FoundDisk, encrypted: boolean): string[] {
  return osd === undefined || found === encrypted
    ? []
    : [
        `osd.${osd} on ${device} is ${found === true ? "" : "not "}encrypted, and the stack file says otherwise; an OSD becomes so only when it is made`,
      ];
}

function otherCount(disk: FoundDisk, wanted: number): string[] {
  const on = numbersOn(disk);
  return on.length === wanted
    ? []
    : [
        `${disk.device} carries ${named(on)}, and the stack file says ${wanted} on each; a disk is divided only when its OSDs are made${on.length > wanted ? "" : `, so let ${on.length === 1 ? "it" : "them"} leave first (${consents(on)})`}`,
      ];
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

function wayOut(pinned: string | undefined, name: string | undefined): string {
  if (pinned !== undefined) {
    return `; no consent empties it, because ${pinned}`;
  }
  return name === undefined ? "" : ` (with the consent \`${name}\` it is wiped)`;
}

/** Whether a rule could mean the disk, whatever lies on it. Rules mean disks, and never partitions as such. */
export function fits(rule: DiskRule, disk: FoundDisk): boolean {
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

function otherNumber(
  rule: DiskRule,
  wanted: number,
  meant: readonly FoundDisk[],
  found: readonly FoundDisk[],
): string {
  const whole = found.filter(({ part }) => part === undefined);
  const all = whole.map(shown).join(", ") || "none";
  if (rule.by === "name") {
    return `there is no ${rule.path}; the disks there are ${all}`;
  }
  const those = meant.map(shown).join(", ") || "none";
  return `the rule for ${wanted} ${wanted === 1 ? "disk" : "disks"} ${described(rule)} means ${meant.length} there (${those}); the disks there are ${all}`;
}

/** A rule in words: `"MICRON*" of 7.7 TB`. */
function described(rule: DiskRule & { readonly by: "select" }): string {
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
