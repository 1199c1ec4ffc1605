import type { z } from "zod";
import { Failure } from "../../../config/failure/failure.js";
import { consentTo, holdsOn, lackOf } from "../../../config/plan/consents.js";
import type { Change } from "../../kit/change.js";
import type { osdTree } from "../own-osds.js";
import type { CephLocationsInputs, HostPlace } from "./schema.js";

type Tree = z.output<typeof osdTree>;

export interface LocationFacts {
  readonly tree: Tree;
  /** Placement groups by their state that are not clean. */
  readonly unclean: readonly string[];
  /** A consent ends after its day. */
  readonly today: string;
}

/** One host that is put where it stands. */
export interface PlaceStep {
  readonly host: HostPlace;
  /** The tree does not have it yet: no OSD of it has ever started. */
  readonly isNew: boolean;
}

/** A host without OSDs is put at once; one with data moves that data, so it needs a person's word and a Ceph that is whole. */
export function planLocations(
  wanted: CephLocationsInputs | undefined,
  facts: LocationFacts,
): Change<PlaceStep>[] {
  const steps = (wanted?.hosts ?? []).flatMap((host) => {
    const found = placeOf(host.node, facts.tree);
    const to = shown(host);
    if (found !== undefined && shown(found.place) === to) {
      return [];
    }
    const from = found === undefined ? "absent" : shown(found.place);
    return [
      {
        hasData: (found?.osds ?? 0) > 0,
        change: {
          kind: found === undefined ? ("add" as const) : ("change" as const),
          path: `hosts.${host.node}`,
          from,
          to,
          // Beside what it guards, it makes this a change that nobody's `adopt` has to allow.
          ...(found !== undefined && found.osds > 0 ? { consent: consentTo.move(host.node) } : {}),
          step: { host, isNew: found === undefined },
        },
      },
    ];
  });
  const moving = steps.flatMap(({ hasData, change }) => (hasData ? [change.step.host.node] : []));
  if (wanted !== undefined && moving.length > 0) {
    refuseMoves(moving, wanted, facts);
  }
  return steps.map(({ change }) => change);
}

function refuseMoves(
  moving: readonly string[],
  { consent = {} }: CephLocationsInputs,
  { today, unclean }: LocationFacts,
): void {
  const lacking = moving.flatMap((node) => {
    const name = consentTo.move(node);
    return holdsOn(consent[name], today)
      ? []
      : [lackOf(consent[name], `\`consent: { ${name}: ${today} }\` is missing`)];
  });
  const against = [
    ...lacking,
    ...(unclean.length === 0 ? [] : [`placement groups are not clean: ${unclean.join(", ")}`]),
  ];
  if (against.length > 0) {
    throw new Failure("refused", {
      tried: `to move ${moving.join(", ")} to another place in Ceph`,
      where: "",
      cameBack: `refused: it moves the data of every OSD there, and ${against.join("; ")}`,
      doNext:
        "Nothing was moved. Write the consents with the last day on which it may happen, all in one run: each further run moves data again.",
    });
  }
}

/** Where the tree has a host, and how many OSDs it has; undefined where it is not in the tree. */
function placeOf(
  node: string,
  { nodes }: Tree,
): { readonly place: HostPlace; readonly osds: number } | undefined {
  const host = nodes.find(({ name, type }) => name === node && type === "host");
  if (host === undefined) {
    return undefined;
  }
  const above = ancestors(host.id, nodes);
  const of = (level: string) => above.find(({ type }) => type === level)?.name;
  const [rack, datacenter] = [of("rack"), of("datacenter")];
  return {
    place: {
      node,
      ...(rack === undefined ? {} : { rack }),
      ...(datacenter === undefined ? {} : { datacenter }),
    },
    osds: host.children.length,
  };
}

function ancestors(id: number, nodes: Tree["nodes"]): Tree["nodes"] {
  const parent = nodes.find(({ children }) => children.includes(id));
  return parent === undefined ? [] : [parent, ...ancestors(parent.id, nodes)];
}

const shown = ({ rack, datacenter }: HostPlace): string =>
  [
    ...(datacenter === undefined ? [] : [`datacenter ${datacenter}`]),
    ...(rack === undefined ? [] : [`rack ${rack}`]),
  ].join(", ") || "nowhere in particular";

/** Ceph's own words for it: buckets that are missing on the way are made by it. */
export function commandsOf({ host: { node, rack, datacenter }, isNew }: PlaceStep): string[][] {
  return [
    ...(isNew ? [["osd", "crush", "add-bucket", node, "host"]] : []),
    // A rack that is there already is not moved by its host, so it is put first.
    ...(rack === undefined || datacenter === undefined
      ? []
      : [
          ["osd", "crush", "add-bucket", rack, "rack"],
          ["osd", "crush", "move", rack, `datacenter=${datacenter}`, "root=default"],
        ]),
    [
      "osd",
      "crush",
      "move",
      node,
      ...(rack === undefined ? [] : [`rack=${rack}`]),
      ...(datacenter === undefined ? [] : [`datacenter=${datacenter}`]),
      "root=default",
    ],
  ];
}
