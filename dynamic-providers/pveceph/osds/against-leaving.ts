import type { FoundDisk } from "../disks.js";
import { consents, named } from "../meant-disks.js";
import type { KnownOsd, SeenOsds } from "../own-osds.js";
import { isWhole } from "./lost-slots.js";

/** A disk is emptied of all its OSDs or of none: what is left could not be divided anew. */
export function remaining(
  found: readonly FoundDisk[],
  own: readonly KnownOsd[],
  leaving: readonly number[],
): string[] {
  return found.flatMap(({ device, shared = [] }) => {
    const here = own.filter(({ id, destroyed }) => !destroyed && shared.includes(id));
    const stay = here.flatMap(({ id }) => (leaving.includes(id) ? [] : [id]));
    const go = here.flatMap(({ id }) => (leaving.includes(id) ? [id] : []));
    return go.length === 0 || stay.length === 0
      ? []
      : [
          `${named(go)} cannot leave ${device} alone, which ${named(stay)} ${stay.length === 1 ? "shares" : "share"}: they leave together (${consents(stay)} as well)`,
        ];
  });
}

/** A disk that lives keeps its data until all of it lies elsewhere, so there has to be an elsewhere. */
export function nowhere(
  osd: KnownOsd,
  { osds, mostCopies }: SeenOsds,
  found: readonly FoundDisk[],
): string[] {
  const others = osds.filter(({ id, up, in: inside }) => id !== osd.id && up && inside);
  const hosts = new Set(others.map(({ host }) => host));
  return !isWhole(osd.id, found) || !osd.up || hosts.size >= mostCopies
    ? []
    : [
        `osd.${osd.id} cannot give its data away: without it ${hosts.size} hosts have OSDs that serve, and pools keep ${mostCopies} copies on as many hosts; add the new disk beside it first`,
      ];
}
