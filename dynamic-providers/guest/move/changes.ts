import type { GuestChange } from "../changes.js";
import type { FoundGuest } from "../found.js";
import type { GuestState } from "../schema.js";
import { type MoveFacts, moveObstacles } from "./obstacles.js";
import type { MoveRecord } from "./record.js";
import { type Move, movesOf, volumeIn } from "./wish.js";

/** Moves, or why there is none; and what a cut run has left of one. */
export function moveChanges(
  wanted: GuestState,
  found: FoundGuest,
  before: GuestState | undefined,
  {
    running,
    moving,
  }: { readonly running: boolean | undefined; readonly moving: MoveFacts | undefined },
): GuestChange[] {
  const moves = movesOf({ wanted, found, before }, running);
  const obstacles = moving === undefined ? [] : moveObstacles(moves, wanted, found, moving);
  return [
    ...leftovers(found, running),
    ...(obstacles.length > 0 ? obstacles : moves.map(changeOf)),
  ];
}

function changeOf(move: Move): GuestChange {
  const { slot, from, to } = move;
  return { kind: "change", path: `disks[${slot}].storage`, from, to, step: { do: "move", move } };
}

function leftovers(found: FoundGuest, running: boolean | undefined): GuestChange[] {
  const { move } = found;
  const copy = move === undefined ? undefined : oldCopy(found, move);
  return [
    ...(move !== undefined && isUnsure(found, move)
      ? [
          {
            kind: "change" as const,
            path: `disks[${move.slot}]`,
            from: `moved from ${move.from} by a run that was cut`,
            to: "known to be complete",
            step: { do: "finish move" as const },
          },
        ]
      : []),
    ...(copy === undefined
      ? []
      : [
          {
            kind: "change" as const,
            path: copy.key,
            from: `${copy.volume}, the old copy of ${move?.slot ?? ""}`,
            to: "absent",
            step: { do: "finish move" as const },
          },
        ]),
    ...(move?.startAgain === true && running === false
      ? [
          {
            kind: "change" as const,
            path: "running",
            from: "shut down for a move that was cut",
            to: "started",
            step: { do: "finish move" as const },
          },
        ]
      : []),
  ];
}

/** It lies elsewhere, and nobody has noted yet that the move has ended well: it may be about to. */
export function isUnsure(
  found: Pick<FoundGuest, "now">,
  { slot, from, moved }: MoveRecord,
): boolean {
  return moved === undefined && volumeIn(found, slot) !== from;
}

/**
 * The unused volume that provably is what was moved: the one that the record names, as long as the guest has in that place
 * what the move has made. Any other unused volume is somebody's.
 */
export function oldCopy(
  found: Pick<FoundGuest, "now">,
  { slot, from, moved }: MoveRecord,
): { readonly key: string; readonly volume: string } | undefined {
  const [key] =
    Object.entries(found.now).find(([name, value]) => /^unused\d+$/.test(name) && value === from) ??
    [];
  return key === undefined || moved === undefined || volumeIn(found, slot) !== moved
    ? undefined
    : { key, volume: from };
}
