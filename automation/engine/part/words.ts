import { PHASES, type PhaseName } from "../../../config/phases.js";
import type { Planned } from "./planned.js";

export const namesOf = (some: readonly Planned[]): string =>
  some.map(({ name }) => name).join(", ");

/** "network of frege and russell". */
export function placeText(some: readonly Planned[]): string {
  const phases = PHASES.map(({ name }) => name).filter((one) =>
    some.some(({ phase }) => phase === one),
  );
  return phases.map((phase) => ofNodes(phase, nodesIn(some, phase))).join(", ");
}

export function ofNodes(phase: PhaseName, nodes: readonly string[]): string {
  return nodes.length === 0 ? phase : `${phase} of ${listed(nodes)}`;
}

export function listed(words: readonly string[]): string {
  return words.length < 2
    ? words.join("")
    : `${words.slice(0, -1).join(", ")} and ${words.at(-1) ?? ""}`;
}

function nodesIn(some: readonly Planned[], phase: PhaseName): string[] {
  const nodes = some.flatMap((one) =>
    one.phase === phase && one.node !== undefined ? [one.node] : [],
  );
  return [...new Set(nodes)].sort();
}
