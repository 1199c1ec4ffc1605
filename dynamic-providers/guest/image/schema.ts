import { z } from "zod";
import { commonInputs } from "../../kit/common-inputs.js";
import { sshConnection } from "../../transport/ssh/connection.js";

/** A file that Proxmox downloads onto a storage, for disks and containers that are made from it. */
export const imageInputs = z.strictObject({
  ...commonInputs,
  cluster: z.string().min(1),
  /** The member that downloads, and that is asked. */
  connection: sshConnection,
  /** As the file calls it. */
  name: z.string().min(1),
  storage: z.string().min(1),
  content: z.enum(["import", "iso", "vztmpl"]),
  file: z.string().min(1),
  url: z.string().min(1),
  algorithm: z.enum(["sha256", "sha512"]),
  checksum: z.string().min(1),
});
export type ImageInputs = z.output<typeof imageInputs>;

export const imageOutputs = z.strictObject({
  /** As Proxmox names it: nfs-isos:import/debian.qcow2. */
  volume: z.string().min(1),
});
