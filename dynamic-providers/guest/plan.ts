import { type GuestChange, nothing, overlay, set } from "./changes.js";
import { decoded } from "./config-file.js";
import { cardChanges, cloudInitChanges, diskChanges, disksOf, leftBehind } from "./devices.js";
import type { FoundGuest } from "./found.js";
import type { GuestKind } from "./kinds.js";
import { moveChanges } from "./move/changes.js";
import type { MoveFacts } from "./move/obstacles.js";
import { needsRestart } from "./permission.js";
import type { GuestState } from "./schema.js";

export interface GuestFacts {
  readonly found: FoundGuest | undefined;
  /** Whether it runs; not asked where nothing depends on it. */
  readonly running: boolean | undefined;
  /** Somebody has consented to its removal, and the consent holds today. */
  readonly mayGo: boolean;
  /** Looked for where something of the guest moves. */
  readonly moving?: MoveFacts | undefined;
}

/** What has to happen to a guest. Where it runs is no part of it, nor is what the file does not name. */
export function planGuest(
  wanted: GuestState | undefined,
  { found, running, mayGo, moving }: GuestFacts,
  before: GuestState | undefined,
): GuestChange[] {
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
  if (found.kind !== wanted.kind) {
    const instead = "Write another id: one id is one guest, of whichever kind.";
    return [nothing("kind", found.kind, wanted.kind, instead)];
  }
  const changes = [
    ...settingChanges(wanted, found),
    ...wordChanges(wanted, found),
    ...tagChanges(wanted, found, before),
    ...moveChanges(wanted, found, before, { running, moving }),
    ...wanted.disks.flatMap((disk) => diskChanges(disk, found)),
    ...cardChanges(wanted, found),
    ...cloudInitChanges(wanted, found),
    ...leftBehind(wanted, found, before),
    ...poolChanges(wanted, found),
  ];
  const waits = found.pending.filter((key) => namedKeys(wanted).has(key));
  const restarts = changes.some(({ step }) => needsRestart(step));
  return running === true && (restarts || waits.length > 0)
    ? [...changes, restart(waits)]
    : changes;
}

/** Whether the answer depends on the guest's running. */
export function asksWhetherItRuns(wanted: GuestState, found: FoundGuest): boolean {
  return (
    found.move?.startAgain === true ||
    planGuest(wanted, { found, running: true, mayGo: false }, undefined).some(
      ({ step }) => step.do === "restart" || step.do === "move",
    )
  );
}

function restart(waits: readonly string[]): GuestChange {
  const from = waits.length === 0 ? "with what it was started with" : `before ${waits.join(", ")}`;
  return { kind: "change", path: "running", from, to: "restarted", step: { do: "restart" } };
}

/** What Proxmox takes an absent setting for. */
const ABSENT: Readonly<Record<GuestKind, Readonly<Record<string, string>>>> = {
  vm: { bios: "seabios", cores: "1", description: "", numa: "0", onboot: "0", protection: "0" },
  container: {
    description: "",
    memory: "512",
    onboot: "0",
    protection: "0",
    swap: "512",
    unprivileged: "0",
  },
};

/** What a guest has for life, and why. */
const FOR_LIFE: Readonly<Record<string, string>> = {
  bios: "A system that was installed with one firmware does not start with the other. Change it by hand, or write what is there.",
  unprivileged:
    "Who owns the files of a container depends on it. Restore a backup of it with the other setting, or write what is there.",
};

function settingChanges({ kind, settings }: GuestState, { next }: FoundGuest): GuestChange[] {
  return Object.entries(settings).flatMap(([key, value]) => {
    const present = next[key] ?? ABSENT[kind][key];
    if (present !== undefined && plain(key, present) === plain(key, value)) {
      return [];
    }
    const instead = FOR_LIFE[key];
    return instead === undefined
      ? [set(kind, key, next[key], value)]
      : [nothing(key, present ?? "absent", value, instead)];
  });
}

function plain(key: string, value: string): string {
  return key === "sshkeys"
    ? decoded(value).trim()
    : key === "nameserver"
      ? value.split(/[\s,;]+/).join(" ")
      : value.trimEnd();
}

function wordChanges({ kind, worded }: GuestState, { next }: FoundGuest): GuestChange[] {
  return Object.entries(worded).flatMap(([key, words]) => overlay(kind, key, next[key], words));
}

/** Tags that people added stay; those that the file had and has no more go. */
function tagChanges(
  wanted: GuestState,
  { next }: FoundGuest,
  before: GuestState | undefined,
): GuestChange[] {
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
          ...set(wanted.kind, "tags", next.tags, tags.join(";")),
          kind: present.every((tag) => tags.includes(tag)) ? "add" : "change",
        },
      ];
}

function poolChanges({ pool }: GuestState, found: FoundGuest): GuestChange[] {
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

/** Settings that the file names, also those of disks and cards. */
function namedKeys({
  settings,
  worded,
  disks,
  cards,
  tags,
  cloudInitOn,
}: GuestState): ReadonlySet<string> {
  return new Set([
    ...Object.keys(settings),
    ...Object.keys(worded),
    ...disks.map(({ slot }) => slot),
    ...Object.keys(cards),
    ...(tags === undefined ? [] : ["tags"]),
    ...(cloudInitOn === undefined ? [] : ["ide2"]),
  ]);
}
