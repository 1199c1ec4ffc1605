import { z } from "zod";
import { commonInputs } from "../../kit/common-inputs.js";
import { sshConnection } from "../../transport/ssh/connection.js";

/** Files of a host's network that change together, under a timer on the host. */
export const networkInputs = z.strictObject({
  ...commonInputs,
  connection: sshConnection,
  /** Which part of the network: "interfaces", "routing". */
  part: z.string().min(1),
  files: z
    .array(
      z.strictObject({
        path: z.string().startsWith("/"),
        content: z.string(),
        mode: z.string().regex(/^0[0-7]{3}$/),
        owner: z.string().regex(/^[a-z_][a-z0-9_-]*:[a-z_][a-z0-9_-]*$/),
      }),
    )
    .min(1),
  /** Address that an untouched installation has, to tell its file from somebody's work. */
  managementAddress: z.string().min(1),
  /** Addresses that the host must have afterwards. */
  addresses: z.array(z.string().min(1)),
  rollbackMs: z.int().min(5_000),
  /** For interfaces of a node with a ring: who routes it. They change first, so they have to know that the owner stays. */
  ringOwner: z.enum(["frr", "sdn-fabric"]).optional(),
  /** For a ring: who writes FRR's configuration. */
  frr: z
    .strictObject({
      owner: z.enum(["frr", "sdn-fabric"]),
      major: z.union([z.literal(8), z.literal(9)]),
    })
    .optional(),
});
export type NetworkInputs = z.output<typeof networkInputs>;

/** What is kept: digests instead of texts, because every file of every node would make the state large. */
export const networkState = z.strictObject({
  ...networkInputs.shape,
  files: z.array(
    z.strictObject({
      path: z.string(),
      sha256: z.string(),
      mode: z.string(),
      owner: z.string(),
    }),
  ),
});
export type NetworkState = z.output<typeof networkState>;

export const networkOutputs = z.strictObject({
  waitingForConfirmation: z.boolean(),
});
