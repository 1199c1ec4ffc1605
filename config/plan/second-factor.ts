import type { ClusterSpec } from "../schema/cluster.js";

/** Who is asked beside the password, where the file asks for that. */
export type SecondFactor = "duo-openid" | "duo-pam";

export function planSecondFactor({ identity }: ClusterSpec): SecondFactor | undefined {
  const duo = identity?.duo;
  if (duo === undefined) {
    return undefined;
  }
  return "oidc" in duo ? "duo-openid" : "duo-pam";
}
