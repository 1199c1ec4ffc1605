import { Failure } from "../../config/failure/failure.js";
import { holdsOn } from "../../config/plan/consents.js";
import { type Change, renderChanges } from "../kit/change.js";
import { dayOf } from "../transport/base/clock.js";
import type { GuestStep } from "./changes.js";
import { sidOf } from "./kinds.js";
import type { GuestInputs } from "./schema.js";

/** What does not take effect in a guest that runs: settings of that kind, and a volume that Proxmox moves at rest alone. */
export function needsRestart(step: GuestStep): boolean {
  return (step.do === "set" && step.restarts) || (step.do === "move" && !step.move.live);
}

type Asked = Pick<GuestInputs, "kind" | "vmid" | "name" | "consent" | "consents" | "mayRestart">;

/** Why nothing of a change is begun: because the program does not do such a thing, or because nobody allowed a restart. */
export function refusedChanges(
  guest: Asked,
  changes: readonly Change<GuestStep>[],
  nowMs: number,
): Failure | undefined {
  return undone(guest, changes) ?? withoutRestart(guest, changes, dayOf(nowMs));
}

function undone(guest: Asked, changes: readonly Change<GuestStep>[]): Failure | undefined {
  const { vmid: id, name } = guest;
  const refused = changes.flatMap((change) =>
    change.step.do === "nothing" ? [{ change, instead: change.step.instead }] : [],
  );
  const [first] = refused;
  return first === undefined
    ? undefined
    : new Failure("refused", {
        tried: `to change guest ${name} (${sidOf(guest)})`,
        where: "",
        cameBack: `refused, nothing was changed: this is not done to a guest (there -> wanted): ${renderChanges(refused.map(({ change }) => change))}`,
        doNext: first.instead.replaceAll("<id>", String(id)),
      });
}

function withoutRestart(
  guest: Asked,
  changes: readonly Change<GuestStep>[],
  today: string,
): Failure | undefined {
  const { name, consent, consents, mayRestart } = guest;
  const until = consent[consents.restart];
  if (!changes.some(({ step }) => step.do === "restart") || mayRestart || holdsOn(until, today)) {
    return undefined;
  }
  const why = changes.filter(({ step }) => step.do === "restart" || needsRestart(step));
  return new Failure("refused", {
    tried: `to change guest ${name} (${sidOf(guest)})`,
    where: "",
    cameBack: `refused, nothing was changed: it runs, and this comes into effect by a restart alone (there -> wanted): ${renderChanges(why)}${until === undefined ? "" : `; the consent to a restart ended on ${until}`}`,
    doNext: `Write \`consent: {"${consents.restart}": <last day, as ${today}>}\` or, for good, \`restart: allowed\` at the guest; or shut it down before \`pulumi up\`.`,
  });
}
