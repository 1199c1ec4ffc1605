import { z } from "zod";
import { checkedConfig, readJson } from "../../process/service-process.js";

const pbsProcessConfig = z.strictObject({
  name: z.string().min(1),
  address: z.string().min(1),
  /** Holds a folder for each datastore, in which backups are folders `type/id/time`. */
  folder: z.string().min(1),
  datastores: z.array(z.string().min(1)),
  accounts: z.array(
    z.strictObject({
      user: z.string().min(1),
      /** Absent: any password will do, because the twin does not know the right one. */
      password: z.string().min(1).optional(),
      datastores: z.array(z.string()),
    }),
  ),
});
export type PbsProcessConfig = z.output<typeof pbsProcessConfig>;
export type PbsAccount = PbsProcessConfig["accounts"][number];

export function readPbsProcessConfig(path: string): PbsProcessConfig {
  return checkedConfig(pbsProcessConfig, readJson(path), "the backup server");
}
