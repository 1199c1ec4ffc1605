import { PHASES } from "../../../config/phases.js";
import { stepWord } from "../steps.js";
import type { Part } from "./judge-part.js";
import type { Planned } from "./planned.js";
import { namesOf } from "./words.js";

/** What the part is, before it begins. */
export function partLines({ asked, needed, gates }: Part): string[] {
  return asked.length === 0
    ? ["  part       nothing to do in it"]
    : [
        `  part       ${namesOf(asked)}`,
        ...(needed.length === 0 ? [] : [`  needs      ${namesOf(needed)}`]),
        ...(gates.length === 0
          ? []
          : [`  proved by  ${namesOf(gates)}, and once more by the next whole run`]),
      ];
}

/** What was left out, by phase: what the next whole run does. */
export function leftLines({ left, gates }: Part): string[] {
  const rows = PHASES.flatMap(({ name, title }) => {
    const here = left.filter(({ phase }) => phase === name);
    return here.length === 0 ? [] : [`  ${title}`, ...rowsOf(here)];
  });
  const others = left.filter(({ phase }) => phase === undefined);
  const again = gates.length === 0 ? [] : [`  measured again: ${namesOf(gates)}`];
  const all = [...(others.length === 0 ? [] : rowsOf(others)), ...rows, ...again];
  return all.length === 0
    ? ["", "Left out: nothing; a whole `up` would find everything as wanted"]
    : ["", "Left out, and done by the next whole `up`", ...all];
}

function rowsOf(some: readonly Planned[]): string[] {
  const words = [...new Set(some.map(({ op }) => stepWord(op)))].sort();
  return words.map((word) => {
    const these = some.filter(({ op }) => stepWord(op) === word);
    return `    ${word.padEnd(10)} ${these
      .map(({ name }) => name)
      .sort()
      .join(", ")}`;
  });
}

/** The same for programs. */
export function partReport({ asked, needed, gates, left }: Part) {
  const told = (some: readonly Planned[]) =>
    some.map(({ name, kind, phase, node, op }) => ({
      name,
      kind,
      phase: phase ?? "before",
      ...(node === undefined ? {} : { node }),
      action: stepWord(op),
    }));
  return {
    part: { asked: told(asked), needed: told(needed), gates: told(gates), left: told(left) },
  };
}
