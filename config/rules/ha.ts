import { type CodeTable, type Draft, drafter, type Path } from "../findings/finding.js";
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
  "ha/guest-kind": {
    severity: "error",
    about: "One id is a virtual machine or a container, never both.",
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
    ...kinds(facts),
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

/** Ids are one row of numbers for both kinds, so `vm:100` beside `ct:100` names one guest that is both. */
function kinds({ spec }: Facts): Draft[] {
  const references: readonly (readonly [sid: string, path: Path, atKey: boolean])[] = [
    ...Object.keys(spec.ha.resources).map((sid) => [sid, ["ha", "resources", sid], true] as const),
    ...(["apart", "together"] as const).flatMap((kind) =>
      Object.entries(spec.ha[kind]).flatMap(([name, guests]) =>
        guests.map((sid, index) => [sid, ["ha", kind, name, index], false] as const),
      ),
    ),
  ];
  const known = new Map(Object.values(spec.guests).map((guest) => [guest.id, sidOf(guest)]));
  return references.flatMap(([sid, path, atKey]) => {
    const id = Number(sid.split(":")[1]);
    const first = known.get(id);
    known.set(id, first ?? sid);
    return first === undefined || first === sid
      ? []
      : [
          draft(
            "ha/guest-kind",
            path,
            `Guest ${id} is ${first} already, and cannot be ${sid} as well.`,
            `Write ${first}, or the id of the guest that is meant.`,
            { atKey },
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
