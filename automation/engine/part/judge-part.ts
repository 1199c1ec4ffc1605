import { PHASE_NAMES, type PhaseName } from "../../../config/phases.js";
import { Graph, isPending, isWork } from "./before.js";
import { halfDone, joinOutOfPlace, neverApplied, unfenced } from "./half-protected.js";
import type { PartRequest } from "./part-request.js";
import type { Planned } from "./planned.js";
import { namesOf, placeText } from "./words.js";

/** What a part comes to. */
export interface Part {
  readonly kind: "part";
  /** What was asked for and has something to do. */
  readonly asked: readonly Planned[];
  /** What that waits for. */
  readonly needed: readonly Planned[];
  /** What proves it. */
  readonly gates: readonly Planned[];
  /** What the next whole run would do. */
  readonly left: readonly Planned[];
  /** URNs of everything that the engine may touch. */
  readonly targets: readonly string[];
  /** The program declares nothing behind this phase. */
  readonly lastPhase: PhaseName;
}

/** A part that would leave something half protected, with what to do instead. */
export interface RefusedPart {
  readonly kind: "refused";
  readonly why: string;
}

/**
 * Inputs that change with anything that carries what a gate measures, while what it measures is the same. Such a gate can be passed
 * while other nodes still have theirs of before; it is measured again by the next whole run.
 */
const CARRIED: Readonly<Record<string, readonly string[]>> = { "host/Paths": ["carriedBy"] };

/**
 * Exactly what was asked for, what that waits for, and the gates that prove it; or why not. Judged by what a whole run would do, so
 * what is as wanted already needs nothing.
 */
export function judgePart(planned: readonly Planned[], request: PartRequest): Part | RefusedPart {
  const graph = new Graph(planned);
  const whole = ofNobody(planned, request);
  if (whole !== undefined) {
    return refused(
      `The phase ${whole} has nothing of ${request.nodes.join(" or ")} alone: it belongs to the cluster as a whole. Leave out --node.`,
    );
  }
  const asked = planned.filter((one) => isPending(one) && isAskedFor(one, request));
  const needed = graph.pendingBefore(asked);
  const some = [...asked, ...needed];
  const rest = leftOf(planned, some);
  const why =
    neverApplied(planned, needed) ??
    joinOutOfPlace(planned, asked, needed, request) ??
    halfDone(some, rest) ??
    unfenced(planned, some, rest);
  if (why !== undefined) {
    return refused(why);
  }
  const proved = withGates(graph, some);
  if ("why" in proved) {
    return proved;
  }
  const first = planned.filter((one) => one.phase === undefined && isWork(one));
  return {
    kind: "part",
    asked: visible(asked),
    needed: visible(needed),
    gates: visible(proved.gates),
    left: leftOf(planned, [...first, ...proved.done]),
    targets: [...new Set([...first, ...proved.done].map(({ urn }) => urn))],
    lastPhase: lastPhaseOf(planned, proved.done),
  };
}

function leftOf(planned: readonly Planned[], done: readonly Planned[]): readonly Planned[] {
  const urns = new Set(done.map(({ urn }) => urn));
  return planned.filter((one) => isPending(one) && isWork(one) && !urns.has(one.urn));
}

/**
 * The engine makes every provider that is declared, whatever the targets are. One whose account the part does not make would fail, so
 * the program stops before it.
 */
function lastPhaseOf(planned: readonly Planned[], done: readonly Planned[]): PhaseName {
  const early = planned.some((one) => one.isProvider && one.op === "create" && !done.includes(one));
  const declared = early
    ? PHASE_NAMES.filter((name) => done.some(({ phase }) => phase === name))
    : PHASE_NAMES;
  return declared.at(-1) ?? "hosts";
}

const refused = (why: string): RefusedPart => ({ kind: "refused", why });
const visible = (some: readonly Planned[]): readonly Planned[] => some.filter(isWork);

function isAskedFor({ phase, node }: Planned, { phases, nodes }: PartRequest): boolean {
  return (
    phase !== undefined &&
    (phases.length === 0 || phases.includes(phase)) &&
    (nodes.length === 0 || (node !== undefined && nodes.includes(node)))
  );
}

/** A phase that was named together with nodes, and has nothing of them. */
function ofNobody(
  planned: readonly Planned[],
  { phases, nodes }: PartRequest,
): PhaseName | undefined {
  return nodes.length === 0
    ? undefined
    : phases.find(
        (name) =>
          !planned.some(
            ({ phase, node }) => phase === name && node !== undefined && nodes.includes(node),
          ),
      );
}

/** Adds the gates that prove what is done, or refuses where one proves it together with what is not. */
function withGates(
  graph: Graph,
  some: readonly Planned[],
): { readonly done: readonly Planned[]; readonly gates: readonly Planned[] } | RefusedPart {
  const done = new Map(some.map((one) => [one.urn, one]));
  const gates: Planned[] = [];
  for (const gate of graph.planned.filter((one) => one.isGate && isPending(one))) {
    const before = graph.pendingBefore([gate]);
    const proves = before.filter(({ urn }) => done.has(urn));
    if (done.has(gate.urn) || visible(proves).length === 0) {
      continue;
    }
    const missing = visible(before).filter(({ urn }) => !done.has(urn));
    if (missing.length === 0 || canBePassedAlone(gate, missing)) {
      for (const one of [gate, ...before.filter(({ isComponent }) => isComponent)]) {
        done.set(one.urn, one);
      }
      gates.push(gate);
    } else if (proves.some(({ phase }) => phase === gate.phase)) {
      return refused(
        `${gate.name} proves ${placeText(proves.filter(({ phase }) => phase === gate.phase))} together with ${namesOf(missing)}, which would be left out. Take ${placeText(missing)} into the part too.`,
      );
    }
  }
  return { done: [...done.values()], gates };
}

function canBePassedAlone({ kind, op, changed }: Planned, missing: readonly Planned[]): boolean {
  const carried = CARRIED[kind];
  return (
    carried !== undefined &&
    op === "update" &&
    changed.every((key) => carried.includes(key)) &&
    missing.every((one) => one.op === "update")
  );
}
