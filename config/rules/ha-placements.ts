import { list } from "../findings/enumeration.js";
import { type CodeTable, type Draft, drafter, type Path } from "../findings/finding.js";
import type { Facts } from "./facts.js";

export const placementCodes = {
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
} as const satisfies CodeTable;
const draft = drafter(placementCodes);

/** A guest under HA and the placement that it follows. */
export interface Managed {
  readonly sid: string;
  readonly placement: string | undefined;
  readonly path: Path;
}

interface Placement {
  readonly name: string;
  readonly nodes: Readonly<Record<string, number>>;
  readonly strict: boolean;
  readonly path: Path;
}

type Written = Facts["spec"]["ha"]["placements"][string];
type Full = Extract<Written, { nodes: Record<string, number> }>;

/** Where guests may run and would rather run, and who follows which of these wishes. */
export function placementDrafts(facts: Facts): Draft[] {
  return [...placements(facts), ...followers(facts)];
}

export function placementsOf({ spec }: Facts): Placement[] {
  return Object.entries(spec.ha.placements).map(([name, placement]): Placement => {
    const path = ["ha", "placements", name];
    return isFull(placement)
      ? { name, nodes: placement.nodes, strict: placement.strict, path: [...path, "nodes"] }
      : { name, nodes: placement, strict: false, path };
  });
}

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

export function managedOf({ spec }: Facts): Managed[] {
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

export function sidOf(guest: Facts["spec"]["guests"][string]): string {
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
