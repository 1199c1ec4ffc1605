import { consentTo } from "../../../config/plan/consents.js";
import type { Change } from "../../kit/change.js";
import type { FoundDisk } from "../disks.js";
import { isUnfinished, type Sight } from "./decision.js";
import type { CephOsdsInputs, ChosenDisk, LeavingOsd } from "./schema.js";

export type OsdStep =
  | { readonly does: "leave"; readonly leaving: LeavingOsd }
  | { readonly does: "make"; readonly disk: ChosenDisk }
  /** Nothing of a host is touched while one of its disks cannot be what it was chosen for. */
  | { readonly does: "refuse"; readonly why: string };

/** OSDs that leave come first: a number is free before another disk takes it over. */
export function planOsds(
  { connection, disks, leaving }: CephOsdsInputs,
  { found, seen }: Sight,
): Change<OsdStep>[] {
  const left = leaving.filter((one) => isUnfinished(one, seen)).map(changeOf);
  const made = disks.flatMap((disk): Change<OsdStep>[] => {
    const now = found.find(({ names }) => names.includes(disk.path));
    if (now?.osd !== undefined) {
      return [];
    }
    const add = { kind: "add", path: `osds["${disk.path}"]`, to: "OSD" } as const;
    const why = hindrance(disk, now);
    if (why !== undefined) {
      return [{ ...add, from: now?.used ?? "gone", step: { does: "refuse", why } }];
    }
    const step = { does: "make", disk } as const;
    return now?.used === undefined
      ? [{ ...add, from: "absent", step }]
      : [{ ...add, from: now.used, consent: consentTo.wipe(connection.node, disk.serial), step }];
  });
  return [...left, ...made];
}

function changeOf(leaving: LeavingOsd): Change<OsdStep> {
  const { osd, path, heir } = leaving;
  const name = consentTo.osd(osd);
  return {
    kind: "remove",
    path: name,
    from: path ?? "on a disk that is gone",
    to: heir === undefined ? "absent" : `on ${heir}`,
    consent: name,
    step: { does: "leave", leaving },
  };
}

/** Why a chosen disk cannot get its OSD now. */
export function hindrance(
  { path, serial, wipe }: ChosenDisk,
  disk: FoundDisk | undefined,
): string | undefined {
  if (disk === undefined) {
    return `${path} (serial ${serial || "unknown"}) is not there`;
  }
  if (disk.used === undefined) {
    return undefined;
  }
  const asConsented =
    wipe !== undefined &&
    disk.pinned === undefined &&
    wipe.what === disk.used &&
    wipe.digest === disk.digest;
  return asConsented ? undefined : `${path} (${disk.device}) is in use: ${disk.used}`;
}
