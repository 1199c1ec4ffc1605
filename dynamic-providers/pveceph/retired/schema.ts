import { z } from "zod";
import { commonInputs } from "../../kit/common-inputs.js";
import { sshConnection } from "../../transport/ssh/connection.js";

/** Daemons that leave by consent, in the order in which they do. */
export const retiredDaemonsInputs = z.strictObject({
  ...commonInputs,
  cluster: z.string().min(1),
  connection: sshConnection,
  daemons: z
    .array(
      z.strictObject({
        role: z.enum(["monitor", "manager", "metadata server"]),
        node: z.string().min(1),
        consent: z.string().min(1),
      }),
    )
    .min(1),
  stepDeadlineMs: z.int().min(1_000),
});
export type RetiredDaemonsInputs = z.output<typeof retiredDaemonsInputs>;
export type RetiredDaemon = RetiredDaemonsInputs["daemons"][number];

export const retiredDaemonsOutputs = z.strictObject({
  /** Those of them that are still known somewhere. */
  left: z.array(z.string()),
});
