import { z } from "zod";
import { commonInputs } from "../../kit/common-inputs.js";
import { gateOutputs } from "../../kit/outputs.js";
import { sshConnection } from "../../transport/ssh/connection.js";

/** A Ceph that has to be whole. */
export const cephGateInputs = z.strictObject({
  ...commonInputs,
  cluster: z.string().min(1),
  connection: sshConnection,
  monitors: z.array(z.string().min(1)),
  osds: z.int().min(0),
  /** Of nodes from their second installation on: another machine has to prove itself. */
  installations: z.record(z.string(), z.int().min(2)).default({}),
  pools: z.array(z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]*$/)),
  filesystems: z.array(z.strictObject({ name: z.string().min(1), hotStandby: z.boolean() })),
});
export type CephGateInputs = z.output<typeof cephGateInputs>;

export const cephGateOutputs = z.strictObject({
  ...gateOutputs,
  /** In Ceph's own word, which counts warnings that stop nobody. */
  health: z.string(),
});
export type CephGateOutputs = z.output<typeof cephGateOutputs>;
