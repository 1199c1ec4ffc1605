import { diskSize } from "../../config/findings/figures.js";
import type { FoundDisk } from "./disks.js";
import type { ChosenDisk, DiskRule } from "./osds/schema.js";

/** Makers round: a disk of "7.68TB" has up to a hundredth more or less. */
const ROUNDED = 0.01;

export interface Choice {
  readonly disks: readonly ChosenDisk[];
  /** Why nothing is taken, in words; empty when the rules fit what is there. */
  readonly against: readonly string[];
}

/** Which of a host's disks the rules of the stack file mean. Nothing is taken by halves: one sentence against it, and no disk is. */
export function chooseDisks(rules: readonly DiskRule[], found: readonly FoundDisk[]): Choice {
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
      if (disk.osd === undefined && disk.used !== undefined) {
        against.push(`${shown(disk)} is in use: ${disk.used}`);
      }
      const { model, serial, sizeBytes } = disk;
      disks.push({ path, model, serial, sizeBytes, class: rule.class });
    }
  }
  return { disks, against };
}

function fits(rule: DiskRule, disk: FoundDisk): boolean {
  if (rule.by === "name") {
    return disk.names.includes(rule.path);
  }
  const { sizeBytes } = rule;
  return (
    glob(rule.model).test(disk.model) &&
    (sizeBytes === undefined || Math.abs(disk.sizeBytes - sizeBytes) <= sizeBytes * ROUNDED)
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
  const all = found.map(shown).join(", ") || "none";
  if (rule.by === "name") {
    return `there is no ${rule.path}; the disks there are ${all}`;
  }
  const size = rule.sizeBytes === undefined ? "" : ` of ${diskSize(rule.sizeBytes)}`;
  const those = meant.map(shown).join(", ") || "none";
  return `the rule for ${wanted} disks "${rule.model}"${size} means ${meant.length} there (${those}); the disks there are ${all}`;
}

/** As a person finds it on the host. */
function shown({ device, model, serial, sizeBytes, used }: FoundDisk): string {
  const content = used === undefined ? "blank" : used;
  return `${device} (${model || "no model"}, serial ${serial || "unknown"}, ${diskSize(sizeBytes)}, ${content})`;
}
