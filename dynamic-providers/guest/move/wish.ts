import type { FoundGuest } from "../found.js";
import type { GuestState } from "../schema.js";
import { gibOf, isVolume, wordsOf } from "../words.js";

/** One volume of a guest on its way to another storage. */
export interface Move {
  readonly slot: string;
  /** As Proxmox calls what is there: `nfs-vms:100/vm-100-disk-0.qcow2`. */
  readonly volume: string;
  readonly from: string;
  readonly to: string;
  /** Undefined where Proxmox has noted no size. */
  readonly gib: number | undefined;
  /** It can be moved while the guest runs. */
  readonly live: boolean;
}

/** The volume in a slot, as the guest has it now. */
export function volumeIn({ now }: Pick<FoundGuest, "now">, slot: string): string | undefined {
  return wordsOf(slot, now[slot] ?? "").file;
}

const storageOf = (volume: string): string => volume.split(":")[0] ?? "";

/** Drives that a machine has beside the disks of the file, on the storage of its first disk. */
const BESIDE = /^(efidisk0|tpmstate0)$/;
const isCloudInit = (value: string): boolean => /[:-]cloudinit\b/.test(value);

interface Wish {
  readonly wanted: GuestState;
  readonly found: FoundGuest;
  readonly before: GuestState | undefined;
}

/**
 * What moves: disks that lie elsewhere than the file says, and with the first of them what the machine has beside its disks. Proxmox
 * cannot move a TPM's state under a running machine, and would leave a running one with the old drive for cloud-init.
 */
export function movesOf(wish: Wish, running: boolean | undefined): Move[] {
  const { wanted, found } = wish;
  const { kind } = found;
  return [
    ...wanted.disks.flatMap(({ slot, storage }) => moveOf(found, slot, storage, kind === "vm")),
    ...besideFirst(wish).flatMap(({ slot, to, live }) =>
      live || running === false ? moveOf(found, slot, to, live) : [],
    ),
  ];
}

/** Drives that would go along, and stay because the machine runs. */
export function stayingOf(wish: Wish): readonly string[] {
  return besideFirst(wish).flatMap(({ slot, live }) => (live ? [] : [slot]));
}

function besideFirst({ wanted, found, before }: Wish) {
  const [first] = wanted.disks;
  const there = first === undefined ? undefined : volumeIn(found, first.slot);
  if (found.kind !== "vm" || first === undefined || there === undefined) {
    return [];
  }
  // Also what a cut run has left there after the disk had gone.
  const left = [storageOf(there), before?.disks.find(({ slot }) => slot === first.slot)?.storage];
  return Object.entries(found.now).flatMap(([slot, value]) => {
    const cloudInit = isCloudInit(value);
    const to = cloudInit ? (wanted.cloudInitOn ?? first.storage) : first.storage;
    const on = storageOf(volumeIn(found, slot) ?? "");
    return (BESIDE.test(slot) || cloudInit) &&
      on !== to &&
      on !== first.storage &&
      left.includes(on)
      ? [{ slot, to, live: slot === "efidisk0" }]
      : [];
  });
}

function moveOf(found: FoundGuest, slot: string, to: string, live: boolean): Move[] {
  const volume = volumeIn(found, slot);
  const from = storageOf(volume ?? "");
  return volume === undefined || !isVolume(volume) || from === to
    ? []
    : [{ slot, volume, from, to, gib: gibOf(wordsOf(slot, found.now[slot] ?? "").size), live }];
}
