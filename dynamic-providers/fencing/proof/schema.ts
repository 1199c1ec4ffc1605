import { z } from "zod";
import { secretRef } from "../../../config/schema/primitives.js";
import { commonInputs } from "../../kit/common-inputs.js";
import { gateOutputs } from "../../kit/outputs.js";
import { pairRow } from "../../measure/fencing.js";
import { sshConnection } from "../../transport/ssh/connection.js";

/** Every node against the devices of all others, and against its own watchdog. What is compared is what a proof was made for. */
export const proofInputs = z.strictObject({
  ...commonInputs,
  cluster: z.string().min(1),
  nodes: z.array(
    z.strictObject({
      connection: sshConnection,
      /** Module of the watchdog that Proxmox HA should feed. */
      watchdog: z.string().min(1),
      /** Why it has to start anew; a watchdog that arrives with a start is looked at again. */
      restartReasons: z.array(z.string()),
    }),
  ),
  /** Nodes whose fencers are asked; empty where no power is cut. */
  fencers: z.array(z.string()),
  devices: z.array(
    z.strictObject({
      node: z.string(),
      kind: z.string(),
      address: z.string(),
      port: z.int(),
      user: z.string(),
      password: secretRef,
      pins: z.array(z.string()),
      uuid: z.string(),
    }),
  ),
  /** What the fencers run, as a digest. */
  agent: z.string(),
});
export type ProofInputs = z.output<typeof proofInputs>;

export const proofOutputs = z.strictObject({
  ...gateOutputs,
  /** Who proved which device of whom, and what came back. */
  matrix: z.array(pairRow),
  /** What each node's watchdog is, in words. */
  watchdogs: z.record(z.string(), z.string()),
});
export type ProofOutputs = z.output<typeof proofOutputs>;
