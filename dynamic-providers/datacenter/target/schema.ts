import { z } from "zod";
import { secretRef } from "../../../config/schema/primitives.js";
import { commonInputs } from "../../kit/common-inputs.js";
import { sshConnection } from "../../transport/ssh/connection.js";

/** A target of notifications with secrets, or with texts that Proxmox keeps encoded. */
export const targetInputs = z.strictObject({
  ...commonInputs,
  cluster: z.string().min(1),
  /** A member: it is asked over ssh, and changes go to its API. */
  connection: sshConnection,
  apiPort: z.int().min(1).max(65535).default(8006),
  /** The program's own account, `user@realm!token`. */
  account: z.string().regex(/^[^@\s]+@[^!\s]+![A-Za-z][A-Za-z0-9._-]+$/),
  type: z.enum(["smtp", "gotify", "webhook"]),
  target: z.string().regex(/^[A-Za-z][A-Za-z0-9\-_]+$/),
  /** Values by key, in Proxmox's own spelling. Keys that are left out are not touched. */
  keys: z.record(
    z.string().regex(/^[a-z][a-z-]*$/),
    z.union([z.string(), z.array(z.string()).min(1)]),
  ),
  /** A list, because a mapping of one header could be taken for a reference to a secret. */
  headers: z.array(z.strictObject({ name: z.string().min(1), value: z.string() })).default([]),
  body: z.string().optional(),
  /** By Proxmox's own key, or by the name that the texts of a webhook use. */
  secrets: z.record(z.string().regex(/^[A-Za-z][A-Za-z0-9_-]*$/), secretRef).default({}),
});
export type TargetInputs = z.output<typeof targetInputs>;
