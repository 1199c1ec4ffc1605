import { Failure } from "../../config/failure/failure.js";
import { sidOf } from "./kinds.js";
import type { GuestInputs } from "./schema.js";

/** A file that makes a disk smaller means to lose what lies behind its end; nobody does that by a number. */
export function refusedShrinking(before: GuestInputs, wanted: GuestInputs): Failure | undefined {
  const smaller = wanted.disks.flatMap(({ slot, gib }) => {
    const was = before.disks.find((one) => one.slot === slot)?.gib ?? gib;
    return gib < was ? [{ slot, was, gib }] : [];
  });
  const [first] = smaller;
  return first === undefined
    ? undefined
    : new Failure("refused", {
        tried: `to change guest ${wanted.name} (${sidOf(wanted)})`,
        where: "",
        cameBack: `refused, nothing was changed: a disk only grows, and the stack file makes ${smaller.map(({ slot, was, gib }) => `${slot} smaller, from ${was} to ${gib} GiB`).join(", ")}`,
        doNext: `Write \`size: ${first.was}GiB\` or more at ${first.slot}. A smaller disk is a new one: add it, copy inside the guest, and take the old one out by hand.`,
      });
}
