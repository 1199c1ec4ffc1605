import { list } from "../findings/enumeration.js";
import { type CodeTable, type Draft, drafter } from "../findings/finding.js";
import type { Facts } from "./facts.js";
import type { RuleSet } from "./rule.js";

const codes = {
  "versions/end-of-life": {
    severity: "warning",
    about: "Proxmox VE 8 gets no more security fixes after August 2026.",
  },
  "versions/ceph-release": {
    severity: "error",
    about: "The Proxmox version does not ship this Ceph release.",
  },
  "versions/ceph-end-of-life": {
    severity: "warning",
    about: "The Ceph project no longer maintains this release.",
  },
} as const satisfies CodeTable;
const draft = drafter(codes);

const END_OF_LIFE_8 = { lastDay: "2026-08-31", announceFrom: "2026-02-28" };

type Release = NonNullable<Facts["spec"]["ceph"]>["release"];

const CEPH_OF: Readonly<Record<8 | 9, readonly Release[]>> = {
  8: ["quincy", "reef", "squid"],
  9: ["squid", "tentacle"],
};
/** Releases that are over upstream and that Proxmox no longer recommends. */
const CEPH_ENDED: Readonly<Partial<Record<Release, string>>> = {
  pacific: "2024-03",
  quincy: "2024-06",
  reef: "2025-08",
};

function check(facts: Facts): Draft[] {
  return [...endOfLife(facts), ...ceph(facts)];
}

function endOfLife({ spec, today }: Facts): Draft[] {
  if (spec.proxmox.major !== 8 || today === undefined || today < END_OF_LIFE_8.announceFrom) {
    return [];
  }
  const over = today > END_OF_LIFE_8.lastDay;
  return [
    draft(
      "versions/end-of-life",
      ["proxmox", "major"],
      over
        ? `Proxmox VE 8 has had no security fixes since ${END_OF_LIFE_8.lastDay}.`
        : `Proxmox VE 8 gets security fixes until ${END_OF_LIFE_8.lastDay} only.`,
      "Write `major: 9` for a new cluster; upgrade an existing one.",
    ),
  ];
}

function ceph({ spec, today }: Facts): Draft[] {
  if (spec.ceph === undefined) {
    return [];
  }
  const { release } = spec.ceph;
  const { major } = spec.proxmox;
  const possible = CEPH_OF[major];
  const path = ["ceph", "release"];
  if (!possible.includes(release)) {
    return [
      draft(
        "versions/ceph-release",
        path,
        `Proxmox VE ${major} does not ship Ceph ${release}.`,
        `Write ${list(possible, "or")}.`,
      ),
    ];
  }
  const ended = CEPH_ENDED[release];
  return ended !== undefined && today !== undefined && today.slice(0, 7) > ended
    ? [
        draft(
          "versions/ceph-end-of-life",
          path,
          `Ceph ${release} has had no fixes since ${ended}.`,
          "Write squid.",
        ),
      ]
    : [];
}

export const versions: RuleSet = { subject: "Versions", codes, check };
