import { isPending, isWork } from "./before.js";
import type { PartRequest } from "./part-request.js";
import type { Planned } from "./planned.js";
import { listed, namesOf, ofNodes } from "./words.js";

/** Kinds that change who is a member and who has a vote. */
const MEMBERSHIP: readonly string[] = [
  "pvecm/Cluster",
  "pvecm/Member",
  "pvecm/Qdevice",
  "pvecm/Removal",
];
const MAKES = ["create", "replace", "create-replacement"];

/** Components whose nodes count on each other, with why one of them alone is worse than none. */
const TOGETHER: Readonly<Record<string, string>> = {
  ThunderboltRing: "a ring with one end changed carries nothing over that cable",
  Fencing: "the fencers of the others count on it as it is",
};

/** What has to stand before the part and was never there at all: that is no need of a part, but a build-up that was left out. */
export function neverApplied(
  planned: readonly Planned[],
  needed: readonly Planned[],
): string | undefined {
  const isRecorded = ({ phase, node }: Planned): boolean =>
    planned.some(
      (one) =>
        one.phase === phase &&
        // A cluster that stands lacks a member at most, which is a join and judged as one.
        (phase === "cluster" || one.node === node) &&
        isWork(one) &&
        !["create", "delete"].includes(one.op),
    );
  const missing = needed.find(
    (one) => one.phase !== undefined && isWork(one) && one.op === "create" && !isRecorded(one),
  );
  if (missing?.phase === undefined) {
    return undefined;
  }
  const { phase, node } = missing;
  const place = ofNodes(phase, node === undefined ? [] : [node]);
  return `This part stands on ${place}, and nothing of that was ever applied. Run the whole \`up\`, or \`--phase ${phase}\` first.`;
}

/** A join or a leave that the part would do on the way, or while HA has guests that could end up on a node without fencing. */
export function joinOutOfPlace(
  planned: readonly Planned[],
  asked: readonly Planned[],
  needed: readonly Planned[],
  { nodes }: PartRequest,
): string | undefined {
  const isJoin = ({ kind, op }: Planned): boolean =>
    MEMBERSHIP.includes(kind) && MAKES.includes(op);
  const between = needed.filter(isJoin);
  if (between.length > 0) {
    return `Before this part stands a change of the members (${namesOf(between)}). Run the whole \`up\`, or \`--phase cluster\` first.`;
  }
  const leaves = planned.filter((one) => one.kind === "pvecm/Removal" && isJoin(one));
  if (leaves.some((one) => !asked.includes(one))) {
    return `${namesOf(leaves)} waits: a node leaves the cluster, and every run records first which nodes there are, so a part would forget it half-way. Run the whole \`up\`.`;
  }
  const own = asked.filter(isJoin);
  if (own.length === 0) {
    return undefined;
  }
  if (nodes.length > 0) {
    return `${namesOf(own)} changes who is a member, and votes and links of all nodes with it: that is never done for ${listed(nodes)} alone. Leave out --node, or run the whole \`up\`.`;
  }
  const guarded = planned.some(
    ({ phase, isComponent, op }) => phase === "ha" && !isComponent && op !== "create",
  );
  return guarded
    ? `${namesOf(own)} changes who is a member while HA looks after guests, which could come to a node that nobody fences yet. Run the whole \`up\`.`
    : undefined;
}

/** One node of several whose parts count on each other. */
export function halfDone(done: readonly Planned[], left: readonly Planned[]): string | undefined {
  for (const [component, why] of Object.entries(TOGETHER)) {
    const isPart = ({ parent, node }: Planned): boolean =>
      node !== undefined && (parent.split("::")[2] ?? "").endsWith(`:${component}`);
    const own = done.filter((one) => isPart(one) && isWork(one));
    const others = left.filter(
      (one) => isPart(one) && own.some(({ parent }) => parent === one.parent),
    );
    if (own.length > 0 && others.length > 0) {
      return `${namesOf(own)} would change without ${namesOf(others)}: ${why}. Leave out --node, or name ${listed([...new Set(others.flatMap(({ node = "" }) => node))].sort())} too.`;
    }
  }
  return undefined;
}

/** Guests that HA restarts elsewhere, while nobody makes sure that the lost node is off. */
export function unfenced(
  planned: readonly Planned[],
  done: readonly Planned[],
  left: readonly Planned[],
): string | undefined {
  const guests = done.filter(
    ({ phase, op, isComponent }) => phase === "ha" && op === "create" && !isComponent,
  );
  const isFencing = ({ phase, isComponent }: Planned): boolean =>
    phase === "fencing" && !isComponent;
  const never = !planned.some((one) => isFencing(one) && !(isPending(one) && one.op === "create"));
  return guests.length > 0 && never && left.some(isFencing)
    ? `${namesOf(guests)} would put guests under HA, and fencing, which the stack file has, was never applied. Add \`--phase fencing\`, or run the whole \`up\`.`
    : undefined;
}
