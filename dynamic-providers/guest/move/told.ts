import { gib } from "../../../config/findings/figures.js";
import type { FoundGuest } from "../found.js";
import { KINDS } from "../kinds.js";
import type { MoveFacts, StorageSeen } from "./obstacles.js";
import type { Move } from "./wish.js";

/** What moves mean, for a person who reads a preview. */
export function toldMoves(
  moves: readonly Move[],
  staying: readonly string[],
  { kind, node }: FoundGuest,
  running: boolean | undefined,
  { storages }: MoveFacts,
): string[] {
  const { tool, move } = KINDS[kind];
  return [
    ...moves.map(({ slot, from, to, gib: size, live }) => {
      const amount = size === undefined ? "of unknown size" : gib(size * 2 ** 30);
      const how =
        running !== true
          ? "while the guest is shut down"
          : live
            ? "while the guest goes on running"
            : "for which the guest is shut down and started again";
      return `${slot} (${amount}) moves from ${from} to ${to}${roomOf(storages.get(to), node)}, ${how}; the old copy is removed once the new one is complete, so nothing is lost${reach(storages.get(from), storages.get(to), node)}`;
    }),
    ...(running === true
      ? staying.map(
          (slot) =>
            `${slot} stays where it is while the guest runs; move it by \`${tool} ${move} <id> ${slot} <storage> --delete\` once it is shut down`,
        )
      : []),
  ];
}

function roomOf(target: StorageSeen | undefined, node: string): string {
  return target === undefined
    ? `, which ${node} does not have yet: it is looked at before the move`
    : ` (${gib(target.freeBytes)} free)`;
}

function reach(from: StorageSeen | undefined, to: StorageSeen | undefined, node: string): string {
  if (to === undefined || from?.shared === to.shared) {
    return "";
  }
  return to.shared
    ? ". It is then on storage that the nodes share: it can go to another node without a copy"
    : `. It is then on storage of ${node} alone: without ${node} the guest cannot run`;
}
