import { type CodeTable, type Draft, drafter } from "../findings/finding.js";
import type { Facts } from "./facts.js";
import type { RuleSet } from "./rule.js";

const codes = {
  "storage/nfs-version": {
    severity: "warning",
    about:
      "Without a version Proxmox asks the server by showmount, which one that speaks NFSv4 only does not answer; the storage then counts as offline.",
  },
  "storage/nfs-soft-images": {
    severity: "warning",
    about:
      "A soft mount gives up after a while and reports write errors to guests, which damages their disks.",
  },
  "storage/nfs-hard-media": {
    severity: "warning",
    about:
      "A hard mount waits for ever. For disks that is right; a guest with an ISO image of a dead server in its drive hangs for nothing, and so does its move to another node.",
  },
  "storage/nfs-soft-patience": {
    severity: "warning",
    about:
      "Without `timeo` a soft mount waits a minute for its first try and longer for the next ones, and every look at the storage waits with it.",
  },
  "storage/options-conflict": {
    severity: "error",
    about:
      "Of two options that exclude each other the last one counts, so one of them is a mistake.",
  },
  "storage/nfs-hard-and-soft": {
    severity: "error",
    about: "Of `hard` and `soft` the last one counts, so one of them is a mistake.",
  },
} as const satisfies CodeTable;
const draft = drafter(codes);

type Storage = Facts["spec"]["storage"][string];

/** What a mount does when its server is gone, which is what HA has to live with. */
function check({ spec }: Facts): Draft[] {
  return Object.entries(spec.storage).flatMap(([id, { nfs, content }]) =>
    nfs === undefined ? [] : nfsOptions(id, nfs.options, content),
  );
}

function nfsOptions(id: string, options: readonly string[], content: Storage["content"]): Draft[] {
  const path = ["storage", id, "nfs", "options"];
  const soft = options.some((option) => option === "soft" || option === "softerr");
  const holdsDisks = content.some((one) => one === "images" || one === "rootdir");
  const onlyMedia = content.every((one) => one === "iso" || one === "vztmpl");
  return [
    ...(options.some((option) => /^(nfs)?vers=/.test(option))
      ? []
      : [
          draft(
            "storage/nfs-version",
            path,
            `Storage ${id} leaves the NFS version open.`,
            "Add `vers=4.2` (or the version that the server speaks) to `options`.",
          ),
        ]),
    ...(soft && options.includes("hard")
      ? [
          draft(
            "storage/nfs-hard-and-soft",
            path,
            `Storage ${id} is mounted hard and soft.`,
            "Keep `hard` for disks of guests and backups, `soft` for ISO images and templates.",
          ),
        ]
      : []),
    ...contradictions(options).map(([one, other]) =>
      draft(
        "storage/options-conflict",
        path,
        `Storage ${id} is mounted with ${one} and ${other}, of which the last one counts.`,
        "Keep the one that is meant.",
      ),
    ),
    ...(soft && holdsDisks
      ? [
          draft(
            "storage/nfs-soft-images",
            path,
            `Storage ${id} holds disks of guests and is mounted soft.`,
            "Write `hard`: guests then wait for the server instead of losing writes.",
          ),
        ]
      : []),
    ...(!soft && onlyMedia
      ? [
          draft(
            "storage/nfs-hard-media",
            path,
            `Storage ${id} holds nothing that is written by guests and is mounted hard.`,
            "Write `soft` and `timeo=50`: a read then fails within half a minute and the guest goes on.",
          ),
        ]
      : []),
    ...(soft && !holdsDisks && !options.some((option) => /^timeo=/.test(option))
      ? [
          draft(
            "storage/nfs-soft-patience",
            path,
            `Storage ${id} is mounted soft and says nothing about its patience.`,
            "Add `timeo=50` (tenths of a second for each try; `retrans=2` tries follow).",
          ),
        ]
      : []),
  ];
}

/** Options of which a mount has one; `noX` against `X` needs no list. */
const ALTERNATIVES: readonly (readonly string[])[] = [
  ["ro", "rw"],
  ["sync", "async"],
  ["fg", "bg"],
  ["tcp", "udp", "rdma"],
];
/** Keys that are one setting. */
const SAME_KEY: Readonly<Record<string, string>> = { nfsvers: "vers", minorversion: "vers.minor" };

/** Pairs that cannot both hold; `hard` against `soft` has a finding of its own. */
function contradictions(options: readonly string[]): (readonly [string, string])[] {
  return options.flatMap((one, index) =>
    options
      .slice(0, index)
      .filter((other) => excludes(other, one))
      .map((other) => [other, one] as const),
  );
}

function excludes(a: string, b: string): boolean {
  const [keyA, valueA] = setting(a);
  const [keyB, valueB] = setting(b);
  if (keyA === keyB) {
    return valueA !== valueB;
  }
  return (
    keyA === `no${keyB}` ||
    keyB === `no${keyA}` ||
    ALTERNATIVES.some((group) => group.includes(keyA) && group.includes(keyB))
  );
}

function setting(option: string): readonly [key: string, value: string] {
  const [key = "", ...rest] = option.split("=");
  const value = rest.join("=");
  // `proto=tcp` and `tcp` are one thing.
  return key === "proto" ? [value, ""] : [SAME_KEY[key] ?? key, value];
}

export const mountOptions: RuleSet = { subject: "Mount options", codes, check };
