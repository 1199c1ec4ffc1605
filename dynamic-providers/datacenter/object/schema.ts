import { z } from "zod";
import { commonInputs } from "../../kit/common-inputs.js";
import { sshConnection } from "../../transport/ssh/connection.js";

const apiPath = z.string().regex(/^(\/[A-Za-z0-9][A-Za-z0-9._-]*)+$/);

/** One thing that Proxmox's API keeps as keys and values. */
export const objectInputs = z.strictObject({
  ...commonInputs,
  cluster: z.string().min(1),
  /** What it is to a person: "settings of node frege". */
  what: z.string().min(1),
  /** A member; it passes questions about others on. */
  connection: sshConnection,
  path: apiPath,
  /** Where it is made, and its name there, under a key that is `name` by default; things that always exist have none. */
  made: z
    .strictObject({ at: apiPath, name: z.string().min(1), key: z.string().min(1).optional() })
    .optional(),
  /** Keys that are left out are not touched. */
  keys: z.record(
    z.string().regex(/^[a-z][a-z0-9-]*$/),
    z.union([z.string(), z.array(z.string()).min(1)]),
  ),
});
export type ObjectInputs = z.output<typeof objectInputs>;
