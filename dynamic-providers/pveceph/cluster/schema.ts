import { z } from "zod";
import { commonInputs } from "../../kit/common-inputs.js";
import { sshConnection } from "../../transport/ssh/connection.js";

/** Ceph's configuration, of which a Proxmox cluster has one. */
export const cephClusterInputs = z.strictObject({
  ...commonInputs,
  cluster: z.string().min(1),
  /** A member; /etc/pve is everybody's. */
  connection: sshConnection,
  publicNetwork: z.string().min(1),
  clusterNetwork: z.string().min(1),
});
export type CephClusterInputs = z.output<typeof cephClusterInputs>;

export const cephClusterOutputs = z.strictObject({
  fsid: z.string(),
});
