import { placeOn } from "./choose-partitions.js";
import { type Choice, chooseSlots, type Meant } from "./choose-slots.js";
import { type FoundDisk, numbersOn } from "./disks.js";
import {
  type ConsentToWipe,
  consents,
  fits,
  named,
  otherNumber,
  shown,
  wayOut,
  wipeOf,
} from "./meant-disks.js";
import { type DiskRule, osdsOn } from "./osds/schema.js";

/** Which of a host's disks the rules of the stack file mean. Nothing is taken by halves: one sentence against it, and no disk is. */
export function chooseDisks(
  rules: readonly DiskRule[],
  found: readonly FoundDisk[],
  consent: ConsentToWipe = { has: () => false, nameFor: () => undefined },
): Choice {
  const taken = new Set<FoundDisk>();
  const against: string[] = [];
  const all: Meant[] = [];
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
        all.push({ rule, chosen: { ...one, path: place.path, partitionBytes }, disk: on });
        continue;
      }
      against.push(...hindrances(disk, rule, consent));
      const wipe = wipeOf(disk, consent);
      all.push({ rule, chosen: { ...one, ...(wipe === undefined ? {} : { wipe }) }, disk });
    }
  }
  const { disks, against: more } = chooseSlots(all, found, consent);
  return { disks, against: [...against, ...more] };
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
