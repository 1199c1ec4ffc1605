import { z } from "zod";
import { sshConnection } from "../transport/ssh/connection.js";

/** One link of a node. */
export const linkOfNode = z.strictObject({
  link: z.int().min(0).max(7),
  address: z.string().min(1),
  priority: z.int().min(0).max(255),
});

/** A member as its peers reach it. */
export const memberOfCluster = z.strictObject({
  node: z.string().min(1),
  connection: sshConnection,
  votes: z.int().min(0),
  links: z.array(linkOfNode).min(1),
});

/** What others want to know of a member. */
export const identityOutputs = {
  /** Of Proxmox VE, at the last look. */
  version: z.string(),
  corosyncVersion: z.string(),
  /** SHA-256 of the certificate that its API shows. */
  fingerprint: z.string(),
} as const;

/** Addresses by link number, as the pure parts of this domain take them. */
export function addressesByLink(
  links: readonly z.output<typeof linkOfNode>[],
): Record<number, string> {
  return Object.fromEntries(links.map(({ link, address }) => [link, address]));
}
