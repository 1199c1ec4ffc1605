import type { ClusterSpec } from "../schema/cluster.js";
import { present } from "./present.js";

type OsdSpec = NonNullable<ClusterSpec["ceph"]>["osds"]["everyNode"][number];

/** What becomes of a disk that is meant. */
interface Use {
  readonly class: OsdSpec["class"];
  readonly encrypted: boolean;
  /** So much of each disk, beside what lies on it; all of a blank one when left out. */
  readonly partitionBytes?: number;
  /** So many OSDs share each disk; one when left out. */
  readonly perDevice?: number;
}

/** Disks of one node as its part of the file names them. */
export type CephDiskRule =
  | (Use & { readonly by: "name"; readonly path: string })
  | (Use & {
      readonly by: "select";
      readonly count: number;
      readonly model?: string;
      readonly serial?: string;
      readonly path?: string;
      readonly rotational?: boolean;
      readonly sizeBytes?: number;
      readonly atLeastBytes?: number;
      readonly atMostBytes?: number;
    });

export function diskRule(disk: OsdSpec): CephDiskRule {
  const { device, select, count, encrypted } = disk;
  const use = {
    class: disk.class,
    encrypted,
    ...present({
      partitionBytes: disk.partition,
      perDevice: disk.perDevice === 1 ? undefined : disk.perDevice,
    }),
  };
  if (device !== undefined) {
    return { by: "name", path: device, ...use };
  }
  const { model, serial, path, rotational, atLeast, atMost } = select ?? {};
  const ranged = atLeast !== undefined || atMost !== undefined;
  return {
    by: "select",
    count,
    ...use,
    ...present({
      model,
      serial,
      path,
      rotational,
      // A range says more than what the file counts with.
      sizeBytes: ranged ? undefined : (select?.size ?? disk.size),
      atLeastBytes: atLeast,
      atMostBytes: atMost,
    }),
  };
}

/** How many disks a rule means, and what a person calls them. */
export function named(rule: CephDiskRule): { readonly wanted: number; readonly what: string } {
  return rule.by === "name"
    ? { wanted: 1, what: `disks named ${rule.path}` }
    : { wanted: rule.count, what: `disks of the model ${rule.model ?? "*"}` };
}
