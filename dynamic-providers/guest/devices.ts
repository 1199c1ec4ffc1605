import { type GuestChange, nothing, overlay, set } from "./changes.js";
import type { FoundGuest } from "./found.js";
import { KINDS } from "./kinds.js";
import type { GuestState } from "./schema.js";
import { gibOf, isVolume, laidOver, textOf, type Words, wordsOf } from "./words.js";

type Disk = GuestState["disks"][number];

/** A disk that is a copy has the size of its image; it grows to its own afterwards. */
export function newDisk({ slot, storage, gib, image, words, initial }: Disk): string {
  const source =
    image === undefined
      ? { file: `${storage}:${gib}` }
      : { file: `${storage}:0`, "import-from": image };
  return textOf(slot, { ...source, ...initial, ...words });
}

export function diskChanges(disk: Disk, { kind, next }: FoundGuest): GuestChange[] {
  const { slot, storage, gib, image, words } = disk;
  const present = next[slot];
  const path = `disks[${slot}]`;
  if (present === undefined) {
    const value = newDisk(disk);
    return [
      {
        ...set(kind, slot, undefined, value),
        path,
        to: `${gib} GiB on ${storage}${image === undefined ? "" : `, from ${image}`}`,
        step: { do: "set", key: slot, value, restarts: false },
      },
    ];
  }
  const there = wordsOf(slot, present);
  const { file = "" } = there;
  if (!isVolume(file)) {
    const instead =
      "Proxmox moves volumes of a storage alone. Leave the disk out of the file, or take it out of the guest by hand.";
    return [nothing(`${path}.storage`, file, storage, instead)];
  }
  const [on = ""] = file.split(":");
  const size = gibOf(there.size);
  return [
    // What is told of a disk names its volume, so one that moves is told nothing else.
    ...(on === storage ? overlay(kind, slot, present, words) : []),
    ...(size === undefined || size >= gib
      ? []
      : [
          {
            kind: "change" as const,
            path: `${path}.size`,
            from: `${size} GiB`,
            to: `${gib} GiB`,
            step: { do: "grow" as const, slot, gib },
          },
        ]),
  ];
}

export function cardChanges({ cards }: GuestState, { kind, next }: FoundGuest): GuestChange[] {
  return Object.entries(cards).flatMap(([slot, words]): GuestChange[] => {
    if (next[slot] !== undefined) {
      return overlay(kind, slot, next[slot], words);
    }
    const made: Words = kind === "vm" ? { model: "virtio" } : { name: slot.replace("net", "eth") };
    const value = textOf(slot, laidOver(made, words));
    return [{ ...set(kind, slot, undefined, value), to: value }];
  });
}

export function cloudInitChanges({ cloudInitOn }: GuestState, { next }: FoundGuest): GuestChange[] {
  const there = Object.values(next).some((value) => /[:-]cloudinit\b/.test(value));
  return cloudInitOn === undefined || there
    ? []
    : [set("vm", "ide2", next.ide2, `${cloudInitOn}:cloudinit`)];
}

/** What the file had and has no more stays in the machine, so a list that became shorter would mean another disk than before. */
export function leftBehind(
  wanted: GuestState,
  { kind, next }: FoundGuest,
  before: GuestState | undefined,
): GuestChange[] {
  const slots = [
    ...(before?.disks ?? []).map(({ slot }) => slot),
    ...Object.keys(before?.cards ?? {}),
  ];
  const kept = new Set([...wanted.disks.map(({ slot }) => slot), ...Object.keys(wanted.cards)]);
  return slots.flatMap((slot): GuestChange[] => {
    const there = next[slot];
    return kept.has(slot) || there === undefined
      ? []
      : [
          nothing(
            slot,
            there,
            "not in the file",
            `Nothing is taken out of a guest by leaving it out. Take it out by \`${KINDS[kind].tool} set <id> --delete ${slot}\` first, or put the line back. \`slot\` says which one a line of the list means.`,
          ),
        ];
  });
}

/** The disks of a guest, for a person who is about to lose them. */
export function disksOf({ now }: FoundGuest): string {
  const disks = Object.entries(now).flatMap(([key, value]) =>
    /^((scsi|virtio|sata|ide|efidisk|tpmstate|mp)\d+|rootfs)$/.test(key) &&
    !value.includes("media=cdrom")
      ? [`${key} ${value.split(",")[0] ?? ""}`]
      : [],
  );
  return disks.length === 0 ? "there, without disks" : `there, with ${disks.join(", ")}`;
}
