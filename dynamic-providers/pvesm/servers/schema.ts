import { z } from "zod";
import { commonInputs } from "../../kit/common-inputs.js";
import { sshConnection } from "../../transport/ssh/connection.js";

const server = z.strictObject({
  address: z.string().min(1),
  port: z.int().min(1).max(65_535),
  storages: z.array(z.string().min(1)),
});

/** Servers that must answer before a storage on them is defined or mounted. */
export const storageServersInputs = z.strictObject({
  ...commonInputs,
  cluster: z.string().min(1),
  views: z.array(z.strictObject({ connection: sshConnection, servers: z.array(server) })),
});
export type StorageServersInputs = z.output<typeof storageServersInputs>;
