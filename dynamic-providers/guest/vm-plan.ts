import type { Change } from "../kit/change.js";
import { decoded } from "./config-file.js";
import type { FoundGuest } from "./found.js";
import type { VmState } from "./vm/schema.js";
import { differingWords, laidOver, textOf, wordsOf } from "./words.js";

export type VmStep =
  | { readonly do: "create" }
  | { readonly do: "set"; readonly key: string; readonly value: string; readonly restarts: boolean }
  | { readonly do: "grow"; readonly slot: string; readonly gib: number }
  | { readonly do: "join"; readonly pool: string }
  | { readonly do: "restart" }
  | { readonly do: "remove" }
  /** What the program does not do to a guest, and what a person can do instead. */
  | { readonly do: "nothing"; readonly instead: string };
type VmChange = Change<VmStep>;

export interface VmFacts {
  readonly found: FoundGuest | undefined;
  /** Whether it runs; not asked where nothing depends on it. */
  readonly running: boolean | undefined;
  /** Somebody has consented to its removal, and the consent holds today. */
  readonly mayGo: boolean;
}

/** What has to happen to a guest. Where it runs is no part of it, nor is what the file does not name. */
export function planVm(
  wanted: VmState | undefined,
  { found, running, mayGo }: VmFacts,
  before: VmState | undefined,
): VmChange[] {
  if (wanted === undefined) {
    return found === undefined || !mayGo
      ? []
      : [
          {
            kind: "remove",
            path: "guest",
            from: disksOf(found),
            to: "absent",
            step: { do: "remove" },
          },
        ];
  }
  if (found === undefined) {
    return [{ kind: "add", path: "guest", from: "absent", to: "made", step: { do: "create" } }];
  }
  if (found.kind !== "vm") {
    const instead = "Write another id: one id is one guest, of whichever kind.";
    return [nothing("kind", found.kind, "vm", instead)];
  }
  const changes = [
    ...settingChanges(wanted, found),
    ...wordChanges(wanted, found),
    ...tagChanges(wanted, found, before),
    ...wanted.disks.flatMap((disk) => diskChanges(disk, found)),
    ...cardChanges(wanted, found),
    ...cloudInitChanges(wanted, found),
    ...leftBehind(wanted, found, before),
    ...poolChanges(wanted, found),
  ];
  const waits = found.pending.filter((key) => namedKeys(wanted).has(key));
  const restarts = changes.some(({ step }) => step.do === "set" && step.restarts);
  return running === true && (restarts || waits.length > 0)
    ? [...changes, restart(waits)]
    : changes;
}

/** Whether the answer depends on the guest's running. */
export function asksWhetherItRuns(wanted: VmState, found: FoundGuest): boolean {
  return planVm(wanted, { found, running: true, mayGo: false }, undefined).some(
    ({ step }) => step.do === "restart",
  );
}

function restart(waits: readonly string[]): VmChange {
  const from = waits.length === 0 ? "with what it was started with" : `before ${waits.join(", ")}`;
  return { kind: "change", path: "running", from, to: "restarted", step: { do: "restart" } };
}

/** Settings that Proxmox brings into effect while the guest runs. */
const AT_ONCE = new Set([
  "ciuser",
  "description",
  "name",
  "nameserver",
  "onboot",
  "protection",
  "searchdomain",
  "sshkeys",
  "startup",
  "tags",
]);
const restarts = (key: string): boolean => !AT_ONCE.has(key) && !/^(net|ipconfig)\d+$/.test(key);

/** What Proxmox takes an absent setting for. */
const ABSENT: Readonly<Record<string, string>> = {
  bios: "seabios",
  cores: "1",
  description: "",
  numa: "0",
  onboot: "0",
  protection: "0",
};

function settingChanges({ settings }: VmState, { next }: FoundGuest): VmChange[] {
  return Object.entries(settings).flatMap(([key, value]) => {
    const present = next[key] ?? ABSENT[key];
    if (present !== undefined && plain(key, present) === plain(key, value)) {
      return [];
    }
    if (key === "bios") {
      const instead =
        "A system that was installed with one firmware does not start with the other. Change it by hand, or write what is there.";
      return [nothing(key, present ?? "absent", value, instead)];
    }
    return [set(key, next[key], value)];
  });
}

function plain(key: string, value: string): string {
  return key === "sshkeys"
    ? decoded(value).trim()
    : key === "nameserver"
      ? value.split(/[\s,;]+/).join(" ")
      : value.trimEnd();
}

function wordChanges({ worded }: VmState, { next }: FoundGuest): VmChange[] {
  return Object.entries(worded).flatMap(([key, words]) => overlay(key, next[key], words));
}

/** One change for each setting; a person reads the words that differ. */
function overlay(
  key: string,
  present: string | undefined,
  words: Readonly<Record<string, string>>,
): VmChange[] {
  const there = wordsOf(key, present ?? "");
  const differing = differingWords(there, words);
  return differing.length === 0
    ? []
    : [
        {
          ...set(key, present, textOf(key, laidOver(there, words))),
          from: present === undefined ? "absent" : said(differing, "from"),
          to: said(differing, "to"),
        },
      ];
}

const said = (
  words: readonly { readonly name: string; readonly from: string; readonly to: string }[],
  side: "from" | "to",
): string => words.map((word) => `${word.name} ${word[side]}`).join(", ");

/** Tags that people added stay; those that the file had and has no more go. */
function tagChanges(
  wanted: VmState,
  { next }: FoundGuest,
  before: VmState | undefined,
): VmChange[] {
  if (wanted.tags === undefined) {
    return [];
  }
  const present = (next.tags ?? "").split(/[;,\s]+/).filter((tag) => tag !== "");
  const dropped = (before?.tags ?? []).filter((tag) => wanted.tags?.includes(tag) !== true);
  const tags = [...new Set([...present, ...wanted.tags])]
    .filter((tag) => !dropped.includes(tag))
    .sort();
  return [...present].sort().join(";") === tags.join(";")
    ? []
    : [
        {
          ...set("tags", next.tags, tags.join(";")),
          kind: present.every((tag) => tags.includes(tag)) ? "add" : "change",
        },
      ];
}

function diskChanges(disk: VmState["disks"][number], { next }: FoundGuest): VmChange[] {
  const { slot, storage, gib, words, initial } = disk;
  const present = next[slot];
  const path = `disks[${slot}]`;
  if (present === undefined) {
    const value = textOf(slot, { file: `${storage}:${gib}`, ...initial, ...words });
    return [
      {
        ...set(slot, undefined, value),
        path,
        to: `${gib} GiB on ${storage}`,
        step: { do: "set", key: slot, value, restarts: false },
      },
    ];
  }
  const there = wordsOf(slot, present);
  const [on = ""] = (there.file ?? "").split(":");
  if (on !== storage) {
    const instead = `Move it by \`qm disk move <id> ${slot} ${storage}\`, or write the storage on which it lies.`;
    return [nothing(`${path}.storage`, on, storage, instead)];
  }
  const size = gibOf(there.size);
  return [
    ...overlay(slot, present, words),
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

const UNIT: Readonly<Record<string, number>> = { K: 2 ** -20, M: 2 ** -10, G: 1, T: 2 ** 10 };

function gibOf(size: string | undefined): number | undefined {
  const [, amount, unit = ""] = /^(\d+(?:\.\d+)?)([KMGT]?)$/.exec(size ?? "") ?? [];
  return amount === undefined ? undefined : Number(amount) * (UNIT[unit] ?? 2 ** -30);
}

function cardChanges({ cards }: VmState, { next }: FoundGuest): VmChange[] {
  return Object.entries(cards).flatMap(([slot, words]): VmChange[] => {
    if (next[slot] !== undefined) {
      return overlay(slot, next[slot], words);
    }
    const value = textOf(slot, laidOver({ model: "virtio" }, words));
    return [{ ...set(slot, undefined, value), to: value }];
  });
}

function cloudInitChanges({ cloudInitOn }: VmState, { next }: FoundGuest): VmChange[] {
  const there = Object.values(next).some((value) => /[:-]cloudinit\b/.test(value));
  return cloudInitOn === undefined || there
    ? []
    : [set("ide2", next.ide2, `${cloudInitOn}:cloudinit`)];
}

/** What the file had and has no more stays in the machine, so a list that became shorter would mean another disk than before. */
function leftBehind(
  wanted: VmState,
  { next }: FoundGuest,
  before: VmState | undefined,
): VmChange[] {
  const slots = [
    ...(before?.disks ?? []).map(({ slot }) => slot),
    ...Object.keys(before?.cards ?? {}),
  ];
  const kept = new Set([...wanted.disks.map(({ slot }) => slot), ...Object.keys(wanted.cards)]);
  return slots.flatMap((slot): VmChange[] => {
    const there = next[slot];
    return kept.has(slot) || there === undefined
      ? []
      : [
          nothing(
            slot,
            there,
            "not in the file",
            `Nothing is taken out of a guest by leaving it out. Take it out by \`qm set <id> --delete ${slot}\` first, or put the line back. \`slot\` says which one a line of the list means.`,
          ),
        ];
  });
}

function poolChanges({ pool }: VmState, found: FoundGuest): VmChange[] {
  return pool === undefined || found.pool === pool
    ? []
    : [
        {
          kind: found.pool === undefined ? "add" : "change",
          path: "pool",
          from: found.pool ?? "absent",
          to: pool,
          step: { do: "join", pool },
        },
      ];
}

function set(key: string, present: string | undefined, value: string): VmChange {
  return {
    kind: present === undefined ? "add" : "change",
    path: key,
    from: present ?? "absent",
    to: value,
    step: { do: "set", key, value, restarts: restarts(key) },
  };
}

function nothing(path: string, from: string, to: string, instead: string): VmChange {
  return { kind: "change", path, from, to, step: { do: "nothing", instead } };
}

/** Settings that the file names, also those of disks and cards. */
function namedKeys({
  settings,
  worded,
  disks,
  cards,
  tags,
  cloudInitOn,
}: VmState): ReadonlySet<string> {
  return new Set([
    ...Object.keys(settings),
    ...Object.keys(worded),
    ...disks.map(({ slot }) => slot),
    ...Object.keys(cards),
    ...(tags === undefined ? [] : ["tags"]),
    ...(cloudInitOn === undefined ? [] : ["ide2"]),
  ]);
}

/** The disks of a guest, for a person who is about to lose them. */
export function disksOf({ now }: FoundGuest): string {
  const disks = Object.entries(now).flatMap(([key, value]) =>
    /^(scsi|virtio|sata|ide|efidisk|tpmstate)\d+$/.test(key) && !value.includes("media=cdrom")
      ? [`${key} ${value.split(",")[0] ?? ""}`]
      : [],
  );
  return disks.length === 0 ? "there, without disks" : `there, with ${disks.join(", ")}`;
}
