import * as pulumi from "@pulumi/pulumi";
import type { ClusterSpec } from "../../config/schema/cluster.js";
import { policies, systemClock } from "../../dynamic-providers/transport/base/clock.js";
import { SecretResolver } from "../../dynamic-providers/transport/secrets/resolver.js";
import { ParameterStore } from "../../dynamic-providers/transport/secrets/ssm.js";

/** A preview can do without the store, so it does not wait for one that does not answer. */
const PREVIEW_TRIES = 2;

/** All secrets of this run of the program: same source, same calls, same errors as in the providers. */
export function stackSecrets(ssm: ClusterSpec["secrets"]["ssm"]): SecretResolver {
  const policy = pulumi.runtime.isDryRun()
    ? { ...policies.secrets, attempts: PREVIEW_TRIES }
    : policies.secrets;
  return new SecretResolver({
    store: new ParameterStore(ssm ?? {}, systemClock, policy),
    // `Config.get` would warn of a secret that is read as plain text, which is what a resolver is for.
    stackConfig: (key) => pulumi.runtime.getConfig(`proxmox-ha:${key}`),
    env: process.env,
  });
}
