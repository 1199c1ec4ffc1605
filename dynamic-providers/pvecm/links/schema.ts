import { z } from "zod";
import { commonInputs } from "../../kit/common-inputs.js";
import { memberOfCluster } from "../vocabulary.js";

/** The links of a formed cluster, with their priorities and the totem settings that the stack names. */
export const linksInputs = z.strictObject({
  ...commonInputs,
  cluster: z.string().min(1),
  members: z.array(memberOfCluster).min(1),
  /** Without it the order of the links is wanted and not these very numbers, so a cluster formed by hand may keep its own. */
  prioritiesNamed: z.boolean().default(true),
  totem: z.record(z.string(), z.string()),
  stepDeadlineMs: z.int().min(1_000),
});
export type LinksInputs = z.output<typeof linksInputs>;

export const linksOutputs = z.strictObject({
  configVersion: z.int(),
  /** The whole file, in base64. It holds no secret; the key lies elsewhere. Early states have none. */
  corosyncConf: z.string().optional(),
});
