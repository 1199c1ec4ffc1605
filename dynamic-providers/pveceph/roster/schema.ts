import { z } from "zod";
import { commonInputs } from "../../kit/common-inputs.js";

const names = z.array(z.string().min(1));

/** What of the stack file holds data in Ceph, by its names, so that the next run notices one that is called otherwise. */
export const cephRosterInputs = z.strictObject({
  ...commonInputs,
  cluster: z.string().min(1),
  pools: names,
  /** What of each pool nobody changes once it is there; an earlier version did not write it down. */
  kinds: z.record(z.string(), z.string()).default({}),
  filesystems: names,
});
export type CephRosterInputs = z.output<typeof cephRosterInputs>;
