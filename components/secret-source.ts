import * as pulumi from "@pulumi/pulumi";
import type { ClusterSpec } from "../config/schema/cluster.js";
import type { SecretRef } from "../config/schema/primitives.js";
import { policies, systemClock } from "../dynamic-providers/transport/base/clock.js";
import { messageOf, UserError } from "../dynamic-providers/transport/base/user-error.js";
import { SecretResolver } from "../dynamic-providers/transport/secrets/resolver.js";
import { ParameterStore } from "../dynamic-providers/transport/secrets/ssm.js";

/** The value behind a reference, for the native provider, which can't resolve references itself. */
export type SecretSource = (reference: SecretRef) => pulumi.Output<string>;

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

/**
 * Reads only when something is really applied. A preview neither needs nor shows the value, so that it works
 * for people who may not read secrets.
 */
export function secretValues(secrets: SecretResolver): SecretSource {
  return (reference) => {
    if ("pulumi" in reference) {
      return new pulumi.Config().requireSecret(reference.pulumi);
    }
    if (pulumi.runtime.isDryRun()) {
      return pulumi.secret(unknownText());
    }
    return pulumi.secret(revealed(secrets, reference));
  };
}

/**
 * Inputs that a preview leaves out of its comparison: their unknown value would show as a change each time.
 * The update itself compares them, so a rotated secret is applied.
 */
export function secretInputs(...names: string[]): string[] {
  return pulumi.runtime.isDryRun() ? names : [];
}

/** An apply on an unknown value never runs, so what it would return does not matter. */
function unknownText(): pulumi.Output<string> {
  return pulumi.output(pulumi.unknown).apply(() => "");
}

async function revealed(secrets: SecretResolver, reference: SecretRef): Promise<string> {
  try {
    return (await secrets.resolve(reference)).reveal();
  } catch (thrown) {
    throw thrown instanceof UserError ? new pulumi.RunError(messageOf(thrown)) : thrown;
  }
}
