import { z } from "zod";
import { keysAndValues } from "../datacenter/api-object.js";
import type { SharedLook } from "../shell/together.js";
import { get } from "../transport/pvesh/calls.js";
import { scriptOf } from "../transport/pvesh/script.js";

/** Every job of the cluster, whoever made it, with its settings by key. */
export const JOBS = get(
  "/cluster/backup",
  z.array(z.looseObject({ id: z.string() }).transform((job) => keysAndValues.parse(job))),
);

/** In a refresh one question answers for all jobs. */
export const ALL_JOBS: SharedLook = {
  name: "backup jobs",
  verb: "look at the backup jobs",
  scripts: () => [scriptOf([JOBS])],
  secondsEach: 30,
};
