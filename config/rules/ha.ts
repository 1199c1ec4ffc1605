import { type CodeTable, type Draft, drafter, type Path } from "../findings/finding.js";
import { list } from "../findings/words.js";
import type { Facts } from "./facts.js";
import type { RuleSet } from "./rule.js";

const codes = {
  "ha/unknown-node": { severity: "error", about: "A placement names a node that does not exist." },
  "ha/unknown-placement": {
    severity: "error",
    about: "A guest follows a placement that does not exist.",
  },
  "ha/placement-no-effect": {
    severity: "warning",
    about:
      "A placement with every node at one priority constrains nothing; it is the same as none.",
  },
  "ha/empty-placement": {
    severity: "error",
    about: "A placement without nodes leaves its guests nowhere to run.",
  },
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

interface Managed {
  readonly sid: string;
  readonly placement: string | undefined;
  readonly path: Path;
}

function check(facts: Facts): Draft[] {
  return [
    ...placements(facts),
    ...followers(facts),
    ...affinities(facts),
    ...resources(facts),
    ...localDisks(facts),
  ];
}

interface Placement {
  readonly name: string;
  readonly nodes: Readonly<Record<string, number>>;
  readonly strict: boolean;
  readonly path: Path;
}

function placementsOf({ spec }: Facts): Placement[] {
  return Object.entries(spec.ha.placements).map(([name, placement]): Placement => {
    const path = ["ha", "placements", name];
    return isFull(placement)
      ? { name, nodes: placement.nodes, strict: placement.strict, path: [...path, "nodes"] }
      : { name, nodes: placement, strict: false, path };
  });
}

type Written = Facts["spec"]["ha"]["placements"][string];
type Full = Extract<Written, { nodes: Record<string, number> }>;

/** The long form has the field `nodes`; in the short form a node called `nodes` would have a number there. */
function isFull(placement: Written): placement is Full {
  return typeof placement.nodes === "object";
}

function placements(facts: Facts): Draft[] {
  const { spec, nodeNames } = facts;
  return placementsOf(facts).flatMap(({ name, nodes, strict, path }) => {
    const named = Object.entries(nodes);
    if (named.length === 0) {
      return [
        draft(
          "ha/empty-placement",
          path,
          `Placement ${name} names no node.`,
          "Write nodes with priorities: {frege: 100, russell: 50}.",
          { atKey: true },
        ),
      ];
    }
    const unknown = named
      .filter(([node]) => spec.nodes[node] === undefined)
      .map(([node]) =>
        draft(
          "ha/unknown-node",
          [...path, node],
          `There is no node ${node}.`,
          `Write one of ${list(nodeNames)}.`,
          { atKey: true },
        ),
      );
    const everybody = nodeNames.every((node) => nodes[node] !== undefined);
    const equal = new Set(named.map(([, priority]) => priority)).size === 1;
    const idle =
      everybody && equal && !strict && nodeNames.length > 1
        ? [
            draft(
              "ha/placement-no-effect",
              ["ha", "placements", name],
              `Placement ${name} has every node at the same priority, so it constrains nothing.`,
              "Leave it out, or prefer a node by a higher number.",
              { atKey: true },
            ),
          ]
        : [];
    return [...unknown, ...idle];
  });
}

function managedOf({ spec }: Facts): Managed[] {
  return [
    ...Object.entries(spec.guests).flatMap(([name, guest]) =>
      guest.ha === undefined
        ? []
        : [
            {
              sid: sidOf(guest),
              placement: guest.ha.placement,
              path: ["guests", name, "ha", "placement"],
            },
          ],
    ),
    ...Object.entries(spec.ha.resources).map(([sid, { placement }]) => ({
      sid,
      placement,
      path: ["ha", "resources", sid, "placement"],
    })),
  ];
}

function sidOf(guest: Facts["spec"]["guests"][string]): string {
  return `${guest.kind === "vm" ? "vm" : "ct"}:${guest.id}`;
}

function followers(facts: Facts): Draft[] {
  const known = Object.keys(facts.spec.ha.placements);
  return managedOf(facts).flatMap(({ sid, placement, path }) =>
    placement === undefined || known.includes(placement)
      ? []
      : [
          draft(
            "ha/unknown-placement",
            path,
            `There is no placement ${placement} for ${sid}.`,
            known.length === 0
              ? "Declare it under `ha.placements`."
              : `Write one of ${list(known)}.`,
          ),
        ],
  );
}

function affinities(facts: Facts): Draft[] {
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

interface Affinity {
  readonly kind: "apart" | "together";
  readonly name: string;
  readonly guests: readonly string[];
  readonly path: Path;
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
