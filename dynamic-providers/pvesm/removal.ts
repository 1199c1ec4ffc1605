import { Failure } from "../../config/failure/failure.js";
import { few } from "../../config/findings/enumeration.js";
import { consentTo, holdsOn } from "../../config/plan/consents.js";
import { isOfCeph } from "../../config/plan/storage-kinds.js";
import { dayOf } from "../transport/base/clock.js";
import type { Holdings } from "./holdings.js";

/** A storage that is to go, or to be made anew at another place. */
export interface LeavingStorage {
  readonly id: string;
  readonly place: string;
  /** The new place, where it stays under the same id. */
  readonly becomes?: string | undefined;
}

const MOST_NAMED = 12;

/**
 * Why a storage must stay. One that holds nothing may go; one that holds volumes goes by a consent; one that guests need
 * does not go at all.
 */
export function refusedRemoval(
  { id, place, becomes }: LeavingStorage,
  held: Holdings,
  consent: Readonly<Record<string, string>>,
  nowMs: number,
): Failure | undefined {
  if (becomes !== undefined && isOfCeph(place)) {
    return otherPool(id, place, becomes);
  }
  const today = dayOf(nowMs);
  const until = consent[consentTo.storage(id)];
  const consented = holdsOn(until, today);
  const tried =
    becomes === undefined
      ? `to take storage ${id} (${place}) out of the cluster`
      : `to move storage ${id} from ${place} to ${becomes}, which Proxmox can only do by removing and defining it anew`;
  if (held.guests.length > 0) {
    return new Failure("refused", {
      tried,
      where: "",
      cameBack: `refused, nothing was changed: guests use it: ${named(held.guests)}${volumesOf(held)}`,
      doNext:
        "Move their disks and media to another storage (`qm disk move`, `pct move-volume`) or remove the guests, then run it again. No consent overrides this.",
    });
  }
  if (consented || (held.volumes.length === 0 && held.unseen.length === 0)) {
    return undefined;
  }
  const seen =
    held.volumes.length > 0
      ? `it holds ${held.volumes.length === 1 ? "1 volume" : `${held.volumes.length} volumes`}: ${named(held.volumes)}`
      : `whether it holds volumes cannot be seen (${held.unseen.join("; ")})`;
  const ended = until === undefined ? "" : `; the consent for it ended on ${until}`;
  return new Failure("refused", {
    tried,
    where: "",
    cameBack: `refused, nothing was changed: ${seen}${ended}`,
    doNext: `Move or delete them first, or put the storage back into the stack file as it was. If they may stay behind on the server, where no node sees them any more, write \`consent: {"${consentTo.storage(id)}": <last day, as ${today}>}\`.`,
  });
}

/** Its definition stays when the file lets it go, so it would stand in the way of the new one. */
function otherPool(id: string, place: string, becomes: string): Failure {
  return new Failure("refused", {
    tried: `to have storage ${id} on ${becomes}, which is on ${place}`,
    where: "",
    cameBack: "refused, nothing was changed: a storage of Ceph stays with its pool or file system",
    doNext: `Give the new one another id. If it shall have this one, leave it out of the stack file for one run. With \`consent: {"${consentTo.storage(id)}": <last day>}\` that run takes it out of Proxmox. Then write it.`,
  });
}

function volumesOf({ volumes }: Holdings): string {
  return volumes.length === 0 ? "" : `; it holds ${named(volumes)}`;
}

const named = (all: readonly string[]): string => few(all, MOST_NAMED);
