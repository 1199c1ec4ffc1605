import { z } from "zod";
import { secretRef } from "../../../config/schema/primitives.js";
import { commonInputs } from "../../kit/common-inputs.js";
import { sshConnection } from "../../transport/ssh/connection.js";

/** What a host is, apart from files and packages. */
export const settingsInputs = z.strictObject({
  ...commonInputs,
  connection: sshConnection,
  hostname: z.string().min(1),
  timezone: z.string().min(1),
  locale: z.string().min(1),
  users: z.array(
    z.strictObject({
      name: z.string().min(1),
      shell: z.string().min(1),
      sudo: z.enum(["none", "password", "no-password"]),
      keys: z.array(z.union([z.string(), secretRef])),
    }),
  ),
  rootKeys: z.array(z.string()).default([]),
  kernelParameters: z.array(z.string()),
});
export type SettingsInputs = z.output<typeof settingsInputs>;
