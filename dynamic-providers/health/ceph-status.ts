import { z } from "zod";
import type { SeenCeph } from "./ceph.js";
import { groupMap, recoveryIn } from "./ceph-recovery.js";

/** Somebody keeps data from moving or OSDs from coming, as by `ceph osd set nobackfill`; then nothing heals, and nobody sees why. */
const FLAGS = "OSDMAP_FLAGS";

const count = z.number().default(0);
/** `ceph status`, as far as it is judged and shown. */
export const cephStatus = z.object({
  health: z.object({
    status: z.string(),
    checks: z
      .record(
        z.string(),
        z.object({
          summary: z.object({ message: z.string() }),
          muted: z.boolean().default(false),
        }),
      )
      .default({}),
  }),
  quorum_names: z.array(z.string()).default([]),
  osdmap: z.object({ num_osds: count, num_up_osds: count, num_in_osds: count }),
  pgmap: groupMap.extend({ bytes_used: count, bytes_total: count }).prefault({}),
});

export function seenIn(
  { health, quorum_names, osdmap, pgmap }: z.output<typeof cephStatus>,
  node: string,
): SeenCeph {
  return {
    node,
    inQuorum: quorum_names,
    osds: { all: osdmap.num_osds, up: osdmap.num_up_osds, in: osdmap.num_in_osds },
    groups: Object.fromEntries(
      pgmap.pgs_by_state.map(({ state_name, count: groups }) => [state_name, groups]),
    ),
    recovery: [recoveryIn(pgmap), health.checks[FLAGS]?.summary.message ?? ""]
      .filter((one) => one !== "")
      .join(", "),
  };
}
