import { z } from "zod";
import { commonInputs } from "../../kit/common-inputs.js";
import { sshConnection } from "../../transport/ssh/connection.js";

/** Ceph's packages on one host. */
export const installationInputs = z.strictObject({
  ...commonInputs,
  connection: sshConnection,
  release: z.string().regex(/^[a-z]+$/),
  repository: z.enum(["enterprise", "no-subscription", "test"]),
  /** Whether its manager serves Ceph's page, which is a package of its own. */
  dashboard: z.boolean().default(false),
  installDeadlineMs: z.int().min(1_000),
});
export type InstallationInputs = z.output<typeof installationInputs>;

export const installationOutputs = z.strictObject({
  /** As the host tells it: "19.2.3 squid". */
  version: z.string(),
});
