import { z } from "zod";
import { hostOrIp, nodeName, secretRef } from "../../../config/schema/primitives.js";

const hostKey = z.union([z.literal("trust-first-use"), z.string().startsWith("SHA256:")]);
const port = z.int().min(1).max(65535).default(22);

/**
 * How a host is reached. Plain data: it stands in the state, so that `destroy` and `refresh` find the host without
 * running the program, and holds references to secrets only.
 */
export const sshConnection = z.strictObject({
  host: hostOrIp,
  node: nodeName,
  /** Which installation of the node it is, from the second one on. */
  installation: z.int().min(2).optional(),
  port,
  user: z.string().min(1).default("root"),
  /** The host's pinned key, or the explicit decision to record the one seen at first contact. */
  hostKey,
  /** Where seen keys are recorded. The program's own files have a name that holds on every machine; see `own-files`. */
  knownHostsFile: z.string().min(1),
  auth: z.strictObject({
    key: secretRef.optional(),
    /** A private key that the program made and keeps beside the stack's state. */
    keyFile: z.string().min(1).optional(),
    agent: z.literal(true).optional(),
    /** Used only when no key is accepted yet, to install the key. */
    password: secretRef.optional(),
  }),
  jump: z
    .strictObject({ host: hostOrIp, port, user: z.string().min(1), hostKey: hostKey.optional() })
    .optional(),
});
export type SshConnection = z.output<typeof sshConnection>;

/** Whether another machine, or a new installation on the old one, has taken the node's place since. */
export function isAnew(before: SshConnection | undefined, now: SshConnection): boolean {
  return before !== undefined && (now.installation ?? 1) > (before.installation ?? 1);
}

/** What a person calls this host: "frege (10.203.3.11)". */
export function placeOf({ node, host }: Pick<SshConnection, "node" | "host">): string {
  return node === host ? node : `${node} (${host})`;
}
