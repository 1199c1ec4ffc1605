import { z } from "zod";
import { takesEffectAtOnce } from "../../dynamic-providers/guest/kinds.js";
import type { PlannedChange } from "./planned-change.js";

const inputs = z.object({
  kind: z.enum(["vm", "container"]),
  settings: z.record(z.string(), z.unknown()),
  worded: z.record(z.string(), z.unknown()),
  disks: z.array(z.object({ slot: z.string(), storage: z.string(), gib: z.number() })),
  mayRestart: z.boolean(),
  consents: z.object({ removal: z.string(), restart: z.string() }),
});

export interface GuestChange {
  /** What changes comes into effect by a restart alone, if the guest runs. */
  readonly restarts: boolean;
  /** A disk becomes larger, and never smaller again. */
  readonly grows: boolean;
  /** The stack file allows a restart for good. */
  readonly mayRestart: boolean;
  /** Names of the consents that are about the guest. */
  readonly consents: { readonly removal: string; readonly restart: string } | undefined;
}

/** What a step does to a guest that is there. */
export function guestChange({ action, before, after, drifted }: PlannedChange): GuestChange {
  const was = inputs.safeParse(before).data;
  const is = inputs.safeParse(after).data;
  const common = {
    mayRestart: is?.mayRestart === true,
    consents: (is ?? was)?.consents,
  };
  if (action !== "update" || was === undefined || is === undefined) {
    return { ...common, restarts: false, grows: false };
  }
  const keys = [...differing(was.settings, is.settings), ...differing(was.worded, is.worded)];
  const diskOf = (slot: string) => was.disks.find((one) => one.slot === slot);
  const rests = is.disks.some(
    ({ slot, storage }) =>
      is.kind === "container" && (diskOf(slot)?.storage ?? storage) !== storage,
  );
  return {
    ...common,
    restarts: rests || [...keys, ...drifted].some((key) => !takesEffectAtOnce(is.kind, key)),
    grows: is.disks.some(({ slot, gib }) => gib > (diskOf(slot)?.gib ?? gib)),
  };
}

type Words = Readonly<Record<string, unknown>>;

const differing = (was: Words, is: Words): string[] =>
  [...new Set([...Object.keys(was), ...Object.keys(is)])].filter(
    (key) => JSON.stringify(was[key]) !== JSON.stringify(is[key]),
  );
