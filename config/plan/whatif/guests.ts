import { list } from "../../findings/enumeration.js";
import { loseNodes } from "../feasibility.js";
import type { GuestWorld } from "../guest-world.js";
import { restingPlaces } from "../resting-places.js";
import type { Consequence, Loss, Now } from "./ask.js";

/** Guests of the file, from where they run now; others are named, and where HA would start them is not foretold. */
export function guestConsequence(
  world: GuestWorld,
  now: Now,
  gone: readonly string[],
  loss: Pick<Loss, "storages">,
  quorate: boolean,
): Consequence {
  const locations = new Map([...restingPlaces(world).locations, ...placed(world, now)]);
  const here = world.guests.filter(({ sid }) => gone.includes(locations.get(sid) ?? ""));
  const { moves, homeless, waiting } = loseNodes(world, locations, gone);
  const strangers = [...now.guests].filter(
    ([sid, node]) => gone.includes(node) && !world.guests.some((guest) => guest.sid === sid),
  );
  const diskless = world.guests.filter(({ storages }) =>
    storages.some((storage) => loss.storages.includes(storage)),
  );
  const moved = Object.entries(moves).map(([sid, node]) => `${labelOf(world, sid)} on ${node}`);
  const stopped = here.map(({ label }) => label);
  const lines = [
    ...(!quorate && stopped.length > 0
      ? [
          `${list(stopped)} ${stopped.length === 1 ? "stops" : "stop"}, and without quorum nothing is started elsewhere.`,
        ]
      : [
          ...(moved.length === 0 ? [] : [`HA starts ${list(moved)}.`]),
          ...[...new Set(homeless)].map((message) => `No home: ${message}.`),
          ...(waiting.length === 0
            ? []
            : [
                `${list(waiting)} ${waiting.length === 1 ? "is" : "are"} not under HA and ${waiting.length === 1 ? "waits" : "wait"} for the node.`,
              ]),
          ...strangers.map(
            ([sid, node]) =>
              `${sid} runs on ${node} and is not in the stack file: where HA starts it is not foretold.`,
          ),
        ]),
    ...(diskless.length === 0
      ? []
      : [
          `${list(diskless.map(({ label }) => label))} ${diskless.length === 1 ? "loses its disks" : "lose their disks"}, on whichever node: HA cannot help.`,
        ]),
  ];
  const stops =
    diskless.length > 0 || (quorate ? homeless.length + waiting.length > 0 : stopped.length > 0);
  return {
    about: "Guests",
    outcome: stops ? "stops" : "serves",
    lines: lines.length === 0 ? ["No guest of the stack file is affected."] : lines,
  };
}

/** Those of the file that somebody has seen running. */
const placed = ({ guests }: GuestWorld, now: Now): [string, string][] =>
  [...now.guests].filter(([sid]) => guests.some((guest) => guest.sid === sid));

const labelOf = ({ guests }: GuestWorld, sid: string): string =>
  guests.find((guest) => guest.sid === sid)?.label ?? sid;
