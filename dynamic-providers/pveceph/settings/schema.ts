import { z } from "zod";
import { commonInputs } from "../../kit/common-inputs.js";
import { sshConnection } from "../../transport/ssh/connection.js";

/** What the stack file names of the configuration that Ceph keeps for all daemons of a kind. */
export const cephSettingsInputs = z.strictObject({
  ...commonInputs,
  cluster: z.string().min(1),
  connection: sshConnection,
  settings: z
    .array(
      z.strictObject({
        /** The file's own word. */
        field: z.string().min(1),
        section: z.enum(["mon", "osd"]),
        option: z.string().regex(/^[a-z0-9_]+$/),
        value: z.string().regex(/^[A-Za-z0-9_.-]+$/),
      }),
    )
    .min(1),
});
export type CephSettingsInputs = z.output<typeof cephSettingsInputs>;
export type CephSetting = CephSettingsInputs["settings"][number];

export const cephSettingsOutputs = z.strictObject({
  /** Single daemons and groups of them that somebody has set apart, in Ceph's words. They stay as they are. */
  exceptions: z.array(z.string()),
});
