import { z } from "zod";
import { sha256Pin } from "../../../config/schema/primitives.js";
import { commonInputs } from "../../kit/common-inputs.js";
import { gateOutputs } from "../../kit/outputs.js";
import { sshConnection } from "../../transport/ssh/connection.js";

/** A node's machine and the controllers that are said to be its own. */
export const machineInputs = z.strictObject({
  ...commonInputs,
  connection: sshConnection,
  /** Another number is another machine under the same name, which is looked at anew. */
  installation: z.int().min(1),
  /** What the stack file says of the machine; without it the machine itself is believed. */
  uuid: z.guid().optional(),
  controllers: z.array(
    z.strictObject({
      kind: z.enum(["redfish", "amt"]),
      address: z.string().min(1),
      port: z.int().min(1).max(65535),
      /** Without it the certificate of this moment is recorded. */
      fingerprint: sha256Pin.optional(),
    }),
  ),
});
export type MachineInputs = z.output<typeof machineInputs>;

export const machineOutputs = z.strictObject({
  ...gateOutputs,
  /** As the machine itself says it. */
  systemUuid: z.string(),
  /** SHA-256 of each controller's certificate in lower-case hex, by kind. */
  pins: z.record(z.string(), z.string()),
});
export type MachineOutputs = z.output<typeof machineOutputs>;
