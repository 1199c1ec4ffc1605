import { list } from "../findings/enumeration.js";
import { type CodeTable, type Draft, drafter, type Path } from "../findings/finding.js";
import type { Facts } from "./facts.js";
import { type Managed, managedOf, placementsOf } from "./ha-placements.js";

export const affinityCodes = {
  "ha/name-taken": {
    severity: "error",
    about:
      "Placements and affinities become rules of one list on Proxmox VE 9, where each id exists once.",
  },
  "ha/affinity-on-8": {
    severity: "error",
    about: "Proxmox VE 8 has no rules about which guests share a node.",
  },
  "ha/not-managed": {
    severity: "error",
    about: "Affinity rules work on guests under HA only; Proxmox refuses others.",
  },
  "ha/apart-too-many": {
    severity: "error",
    about: "More guests must stay apart than there are nodes, so one of them never runs.",
  },
  "ha/affinity-conflict": {
    severity: "error",
    about: "Rules contradict each other; Proxmox would ignore one of them.",
  },
} as const satisfies CodeTable;
const draft = drafter(affinityCodes);

interface Affinity {
  readonly kind: "apart" | "together";
  readonly name: string;
  readonly guests: readonly string[];
  readonly path: Path;
}

/** Which guests share a node and which must not. */
export function affinityDrafts(facts: Facts): Draft[] {
  const { spec, nodeNames } = facts;
  const managed = managedOf(facts);
  const rules = (["apart", "together"] as const).flatMap((kind) =>
    Object.entries(spec.ha[kind]).map(([name, guests]) => ({
      kind,
      name,
      guests,
      path: ["ha", kind, name],
    })),
  );
  const first = new Set(Object.keys(spec.ha.placements));
  return rules.flatMap((rule) => {
    const { kind, name, guests, path } = rule;
    if (spec.proxmox.major === 8) {
      return [
        draft(
          "ha/affinity-on-8",
          path,
          `\`${kind}\` needs the affinity rules of Proxmox VE 9.`,
          "Remove it, give the guests placements on different nodes, or move the cluster to 9.",
          { atKey: true },
        ),
      ];
    }
    const findings: Draft[] = [];
    if (first.has(name)) {
      findings.push(
        draft(
          "ha/name-taken",
          path,
          `${name} is already the name of a placement or another rule.`,
          "Give it a name of its own.",
          { atKey: true },
        ),
      );
    }
    first.add(name);
    guests.forEach((sid, index) => {
      if (!managed.some((one) => one.sid === sid)) {
        findings.push(
          draft(
            "ha/not-managed",
            [...path, index],
            `${sid} is not under HA.`,
            "Add `ha: {}` to the guest, or name it under `ha.resources`.",
          ),
        );
      }
    });
    if (kind === "apart" && guests.length > nodeNames.length) {
      findings.push(
        draft(
          "ha/apart-too-many",
          path,
          `${guests.length} guests must stay apart on ${nodeNames.length} nodes.`,
          `Name at most ${nodeNames.length} guests.`,
          { atKey: true },
        ),
      );
    }
    findings.push(...contradictions(facts, rule, rules, managed));
    return findings;
  });
}

function contradictions(
  facts: Facts,
  rule: Affinity,
  rules: readonly Affinity[],
  managed: readonly Managed[],
): Draft[] {
  const opposite = rules.find(
    (other) =>
      rule.kind === "apart" &&
      other.kind === "together" &&
      other.guests.filter((sid) => rule.guests.includes(sid)).length > 1,
  );
  const placementOf = (sid: string): string | undefined =>
    managed.find((one) => one.sid === sid)?.placement;
  const followed = placementsOf(facts).filter(({ name }) =>
    rule.guests.some((sid) => placementOf(sid) === name),
  );
  const narrow = followed.find(
    ({ name, nodes, strict }) =>
      rule.kind === "apart" &&
      strict &&
      rule.guests.filter((sid) => placementOf(sid) === name).length > Object.keys(nodes).length,
  );
  // The HA manager cannot combine a preference among nodes with rules between guests.
  const graded = rule.guests.find((sid) => {
    const nodes = followed.find(({ name }) => name === placementOf(sid))?.nodes ?? {};
    return new Set(Object.values(nodes)).size > 1;
  });
  return [
    ...(opposite === undefined
      ? []
      : [
          draft(
            "ha/affinity-conflict",
            rule.path,
            `${rule.name} keeps guests apart that ${opposite.name} keeps together.`,
            "Remove the guests from one of the two rules.",
            { atKey: true },
          ),
        ]),
    ...(rule.kind === "apart" || followed.length < 2
      ? []
      : [
          draft(
            "ha/affinity-conflict",
            rule.path,
            `The guests of ${rule.name} stay together and follow ${list(followed.map(({ name }) => name))}.`,
            "Write one placement for all of them.",
            { atKey: true },
          ),
        ]),
    ...(narrow === undefined
      ? []
      : [
          draft(
            "ha/affinity-conflict",
            rule.path,
            `${rule.name} keeps more guests apart than placement ${narrow.name} has nodes for.`,
            "Name more nodes in the placement, or loosen one of the two.",
            { atKey: true },
          ),
        ]),
    ...(graded === undefined
      ? []
      : [
          draft(
            "ha/affinity-conflict",
            rule.path,
            `${graded} follows a placement with several priorities, and Proxmox does not combine those with affinity rules.`,
            "Give its placement equal priorities, or remove it from the rule.",
            { atKey: true },
          ),
        ]),
  ];
}
