import * as pulumi from "@pulumi/pulumi";
import { describeThrown, messageOf } from "../../config/failure/failure.js";
import type { ClusterPlan } from "../../config/plan/index.js";
import type { SecretRef } from "../../config/schema/primitives.js";
import { referencesIn, useSecretVersions } from "../../dynamic-providers/kit/secret-versions.js";
import type { SecretResolver } from "../../dynamic-providers/transport/secrets/resolver.js";

/** The parts of a plan that dynamic resources get and that may name secrets. */
export function partsWithSecrets(plan: ClusterPlan): unknown[] {
  const { nodes, qdeviceConnection, storages, datacenter, fencing, ceph } = plan;
  return [nodes, qdeviceConnection, storages, datacenter, fencing.used, ceph?.dashboard];
}

/**
 * Looks up the version of every secret that the given parts of the plan name, so that a rotated one shows up in
 * the preview.
 */
export async function learnSecretVersions(
  secrets: SecretResolver,
  parts: readonly unknown[],
): Promise<void> {
  const references = referencesIn(parts);
  const parameters = references.filter((reference) => "ssm" in reference);
  const others = references.filter((reference) => !("ssm" in reference));
  const versions = new Map<string, pulumi.Input<string>>();
  for (const [label, version] of Object.entries(await parameterVersions(secrets, parameters))) {
    versions.set(label, version);
  }
  for (const reference of others) {
    for (const [label, digest] of Object.entries(await digestOf(secrets, reference))) {
      // A digest of a weak password can be guessed back, so the state keeps it encrypted.
      versions.set(label, pulumi.secret(digest));
    }
  }
  useSecretVersions(versions);
}

/** A preview goes on without them, for people who may not ask the store; an update does not. */
async function parameterVersions(
  secrets: SecretResolver,
  references: readonly SecretRef[],
): Promise<Readonly<Record<string, string>>> {
  try {
    return references.length === 0 ? {} : await secrets.versions(references);
  } catch (thrown) {
    if (!pulumi.runtime.isDryRun()) {
      throw new pulumi.RunError(describeThrown(thrown));
    }
    await pulumi.log.warn(
      `Whether a secret was rotated is not known, so this preview does not show it. ${messageOf(thrown)}`,
    );
    return {};
  }
}

/** Nothing for a value that is not set here: many are used once in a host's life, and their use says what is missing. */
async function digestOf(
  secrets: SecretResolver,
  reference: SecretRef,
): Promise<Readonly<Record<string, string>>> {
  return await secrets.versions([reference]).catch(() => ({}));
}
