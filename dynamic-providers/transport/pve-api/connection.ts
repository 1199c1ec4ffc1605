import { z } from "zod";
import { hostOrIp, nodeName, secretRef, sha256Pin } from "../../../config/schema/primitives.js";
import type { Secret } from "../base/secret.js";

const endpoint = z.strictObject({
  node: nodeName,
  host: hostOrIp,
  port: z.int().min(1).max(65535).default(8006),
});
export type ApiEndpoint = z.output<typeof endpoint>;

const token = z.strictObject({
  token: z.strictObject({
    id: z.string().regex(/^[^@\s]+@[^!\s]+![A-Za-z][A-Za-z0-9._-]+$/, "write user@realm!name"),
    secret: secretRef,
  }),
});
const login = z.strictObject({
  login: z.strictObject({
    user: z.string().regex(/^[^@\s]+@[^@\s]+$/, "write user@realm"),
    password: secretRef,
  }),
});

/** How the cluster's API is reached. One member answers for all, so several are named. */
export const apiConnection = z.strictObject({
  endpoints: z.array(endpoint).min(1),
  /** Certificates that are accepted, one for each node. Without any, the machine's own authorities decide. */
  fingerprints: z.array(sha256Pin).default([]),
  auth: z.union([token, login]),
});
export type ApiConnection = z.output<typeof apiConnection>;

/** A token whose value somebody has read already, from the host that keeps it for one. */
export interface GivenToken {
  readonly given: { readonly id: string; readonly secret: Secret };
}

/** A way to the API; one with a given token exists in memory only, never in a state. */
export type ApiReach = Omit<ApiConnection, "auth"> & {
  readonly auth: ApiConnection["auth"] | GivenToken;
};
