import { z } from "zod";
import { commonInputs } from "../../kit/common-inputs.js";
import { sshConnection } from "../../transport/ssh/connection.js";

/** Paths between nodes that must carry packets of full size, in both directions. */
export const pathsInputs = z.strictObject({
  ...commonInputs,
  name: z.string().min(1),
  /** Digest of what carries the network on all nodes: what was measured before another one came is no proof of it. */
  carriedBy: z.string().optional(),
  hosts: z.array(
    z.strictObject({
      connection: sshConnection,
      paths: z.array(
        z.strictObject({
          network: z.string(),
          from: z.string(),
          to: z.string(),
          toNode: z.string(),
          mtu: z.int().min(576),
          through: z.array(z.string()).optional(),
        }),
      ),
    }),
  ),
});
export type PathsInputs = z.output<typeof pathsInputs>;
