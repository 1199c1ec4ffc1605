import { z } from "zod";
import { stays } from "../../config/plan/ceph-stays.js";
import { CEPH_ROLES } from "../../config/plan/consents.js";
import { isOfCeph } from "../../config/plan/storage-kinds.js";
import type { PlannedChange } from "./planned-change.js";

/** What the resource was told last; one that cannot be read is told in general. */
function of<Shape extends z.ZodRawShape>(
  shape: Shape,
  text: (read: z.output<z.ZodObject<Shape>>) => string,
): (before: PlannedChange["before"]) => string {
  return (before) => {
    const read = z.object(shape).safeParse(before);
    return read.success ? text(read.data) : IN_GENERAL;
  };
}
const IN_GENERAL = "it stays as it is, and is no longer looked after";
const name = z.string();

/** Of the storages only those of Ceph; the others go indeed. */
function storageStays(before: PlannedChange["before"]): string | undefined {
  const { data } = z.object({ storage: name, type: name }).safeParse(before);
  return data !== undefined && isOfCeph(data.type) ? stays.storage(data.storage) : undefined;
}

/** Kinds of which a removal forgets the resource and leaves the thing alone. */
export const LET_GO: Readonly<
  Record<string, (before: PlannedChange["before"]) => string | undefined>
> = {
  "guest/Image": () => "its file stays on the storage",
  "pveceph/Cluster": () => IN_GENERAL,
  "pveceph/CrushRule": of({ rule: name }, ({ rule }) => stays.rule(rule)),
  "pveceph/Daemon": of(
    { role: z.enum(CEPH_ROLES), connection: z.object({ node: name }) },
    ({ role, connection }) => stays.daemon(role, connection.node),
  ),
  "pveceph/Dashboard": () => IN_GENERAL,
  "pveceph/Filesystem": of({ filesystem: name }, ({ filesystem }) => stays.filesystem(filesystem)),
  "pveceph/Installation": () => "the packages of Ceph stay",
  "pveceph/Locations": () => IN_GENERAL,
  "pveceph/Modules": () => "they stay switched on",
  "pveceph/Osds": () => "its OSDs stay as they are; each goes by a consent of its own",
  "pveceph/Pool": of({ pool: name }, ({ pool }) => stays.pool(pool)),
  "pveceph/Settings": () => IN_GENERAL,
  "pvesm/Storage": storageStays,
};

/** Why a removal is none: what stays of the thing on the cluster, and by what it goes. */
export function letGo({ kind, action, before }: PlannedChange): string | undefined {
  return action === "remove" ? LET_GO[kind]?.(before) : undefined;
}
