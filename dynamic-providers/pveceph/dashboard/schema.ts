import { z } from "zod";
import { secretRef } from "../../../config/schema/primitives.js";
import { commonInputs } from "../../kit/common-inputs.js";
import { sshConnection } from "../../transport/ssh/connection.js";

/** Ceph's page: where it is served, by which certificate, and who may log in. */
export const cephDashboardInputs = z.strictObject({
  ...commonInputs,
  cluster: z.string().min(1),
  connection: sshConnection,
  port: z.int().min(1).max(65535),
  standby: z.enum(["redirect", "refuse"]),
  /** By manager. */
  addresses: z.record(z.string(), z.string()),
  users: z.array(
    z.strictObject({ name: z.string().min(1), role: z.string().min(1), password: secretRef }),
  ),
  /** One that is made on the host where there is none. */
  certificate: z.strictObject({ chain: secretRef, key: secretRef }).optional(),
});
export type CephDashboardInputs = z.output<typeof cephDashboardInputs>;

export const cephDashboardOutputs = z.strictObject({
  /** As the active manager tells it; empty until it does. */
  url: z.string(),
  /** SHA-256 of the certificate, by which a browser's first visit is judged. */
  fingerprint: z.string(),
});
