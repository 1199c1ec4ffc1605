import { z } from "zod";
import { commonInputs } from "../../kit/common-inputs.js";
import { sshConnection } from "../../transport/ssh/connection.js";

/** Packages that a host must have. What a person added stays. */
export const packagesInputs = z.strictObject({
  ...commonInputs,
  connection: sshConnection,
  packages: z.array(z.string().regex(/^[a-z0-9][a-z0-9+.-]+$/)).min(1),
  pins: z.record(z.string(), z.string().regex(/^[A-Za-z0-9.+:~-]+$/)),
  installDeadlineMs: z.int().min(1_000),
});
export type PackagesInputs = z.output<typeof packagesInputs>;

export const packagesOutputs = z.strictObject({
  /** Of what is installed. */
  versions: z.record(z.string(), z.string()),
});
