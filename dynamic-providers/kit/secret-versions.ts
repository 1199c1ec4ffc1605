import * as pulumi from "@pulumi/pulumi";
import { type SecretRef, secretRef } from "../../config/schema/primitives.js";
import { labelOf } from "../transport/secrets/reference.js";

/** By label of the reference. A label that is missing, or that has no value, could not be looked up. */
export type SecretVersions = ReadonlyMap<string, pulumi.Input<string>>;

let known: SecretVersions = new Map();

/** Told once by the program, before it declares anything; all dynamic resources of the process share them. */
export function useSecretVersions(versions: SecretVersions): void {
  known = versions;
}

/** Every reference to a secret in plain arguments, however deep, each once. */
export function referencesIn(value: unknown): SecretRef[] {
  const found = new Map<string, SecretRef>();
  walk(value, found);
  return [...found.values()];
}

function walk(value: unknown, found: Map<string, SecretRef>): void {
  if (typeof value !== "object" || value === null || pulumi.Output.isInstance(value)) {
    return;
  }
  const entries = Object.entries(value);
  const reference = entries.length === 1 ? secretRef.safeParse(value).data : undefined;
  if (reference !== undefined) {
    found.set(labelOf(reference), reference);
    return;
  }
  for (const [, member] of entries) {
    walk(member, found);
  }
}

/**
 * The versions of the secrets that a resource's arguments name. When one of them is not known, the engine keeps
 * what the state has: an unknown version must not look like a rotation.
 */
export function secretVersionsOf(args: pulumi.Inputs): {
  readonly inputs: pulumi.Inputs;
  readonly options: pulumi.CustomResourceOptions;
} {
  const labels = referencesIn(args).map(labelOf);
  if (labels.length === 0) {
    return { inputs: {}, options: {} };
  }
  const versions = labels.map((label) => [label, known.get(label)] as const);
  return versions.some(([, version]) => version === undefined)
    ? { inputs: {}, options: { ignoreChanges: ["secretVersions"] } }
    : { inputs: { secretVersions: Object.fromEntries(versions) }, options: {} };
}
