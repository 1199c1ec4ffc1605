import { type CodeTable, type Draft, drafter } from "../findings/finding.js";
import type { Facts } from "./facts.js";
import { affinityCodes, affinityDrafts } from "./ha-affinity.js";
import { placementCodes, placementDrafts, sidOf } from "./ha-placements.js";
import type { RuleSet } from "./rule.js";

const codes = {
  ...placementCodes,
  ...affinityCodes,
  "ha/resource-twice": {
    severity: "error",
    about: "A guest is put under HA at itself and again under `ha.resources`.",
  },
  "ha/local-storage": {
    severity: "error",
    about:
      "A guest with a disk on storage of one node cannot start elsewhere, so HA only makes it fail twice.",
  },
} as const satisfies CodeTable;
const draft = drafter(codes);

function check(facts: Facts): Draft[] {
  return [
    ...placementDrafts(facts),
    ...affinityDrafts(facts),
    ...resources(facts),
    ...localDisks(facts),
  ];
}

function resources({ spec }: Facts): Draft[] {
  const declared = new Map(
    Object.entries(spec.guests).map(([name, guest]) => [sidOf(guest), { name, guest }]),
  );
  return Object.keys(spec.ha.resources).flatMap((sid) => {
    const own = declared.get(sid);
    return own?.guest.ha === undefined
      ? []
      : [
          draft(
            "ha/resource-twice",
            ["ha", "resources", sid],
            `${sid} is guest ${own.name}, which has its own \`ha\` already.`,
            "Keep one of the two.",
            { atKey: true },
          ),
        ];
  });
}

function localDisks({ spec }: Facts): Draft[] {
  return Object.entries(spec.guests).flatMap(([name, { ha: wanted, disks }]) =>
    wanted === undefined
      ? []
      : disks.flatMap(({ storage }, index) => {
          const declared = spec.storage[storage];
          const local =
            ["local", "local-lvm", "local-zfs"].includes(storage) ||
            declared?.zfs !== undefined ||
            declared?.lvmThin !== undefined ||
            (declared?.dir !== undefined && !declared.dir.shared);
          return local
            ? [
                draft(
                  "ha/local-storage",
                  ["guests", name, "disks", index, "storage"],
                  `${name} is under HA, and its disk on ${storage} exists on one node only.`,
                  "Put the disk on shared storage (Ceph, NFS), or remove `ha` from the guest.",
                ),
              ]
            : [];
        }),
  );
}

export const ha: RuleSet = { subject: "High availability", codes, check };
