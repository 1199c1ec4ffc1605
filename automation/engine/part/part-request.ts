import { PHASE_NAMES, type PhaseName } from "../../../config/phases.js";

/** What a person names of a run. An empty list leaves that side open. */
export interface PartRequest {
  readonly phases: readonly PhaseName[];
  readonly nodes: readonly string[];
}

/** The words of `--phase` and `--node`, or what is wrong with them; undefined for a whole run. */
export function partRequestOf(
  words: { readonly phase: readonly string[]; readonly node: readonly string[] },
  nodes: readonly string[],
): PartRequest | { readonly mistakes: readonly string[] } | undefined {
  const phases = PHASE_NAMES.filter((name) => words.phase.includes(name));
  const mistakes = [
    ...words.phase
      .filter((word) => !PHASE_NAMES.some((name) => name === word))
      .map((word) => `There is no phase ${word}. Phases are ${PHASE_NAMES.join(", ")}.`),
    ...words.node
      .filter((word) => !nodes.includes(word))
      .map((word) => `The stack file has no node ${word}. Its nodes are ${nodes.join(", ")}.`),
  ];
  if (mistakes.length > 0) {
    return { mistakes };
  }
  return words.phase.length === 0 && words.node.length === 0
    ? undefined
    : { phases, nodes: nodes.filter((name) => words.node.includes(name)) };
}
