import * as pulumi from "@pulumi/pulumi";
import type { ClusterSpec } from "../config/schema/cluster.js";
import type { SecretRef } from "../config/schema/primitives.js";

/** The value behind a reference, for the native provider, which can't resolve references itself. */
export type SecretSource = (reference: SecretRef) => pulumi.Output<string>;

type SsmSpec = ClusterSpec["secrets"]["ssm"];

/**
 * Reads only when something is really applied. A preview neither needs nor shows the value, so that it works
 * for people who may not read secrets.
 */
export function ssmSecrets(ssm: SsmSpec): SecretSource {
  return (reference) => {
    if ("pulumi" in reference) {
      return new pulumi.Config().requireSecret(reference.pulumi);
    }
    if (pulumi.runtime.isDryRun()) {
      return pulumi.secret(unknownText());
    }
    return pulumi.secret(
      "ssm" in reference ? fromSsm(ssm, reference.ssm) : fromEnvironment(reference.env),
    );
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

function fromEnvironment(name: string): string {
  const value = process.env[name];
  if (value === undefined || value === "") {
    throw new pulumi.RunError(
      `The stack file takes a secret from the environment variable ${name}, which is not set here. ` +
        `Set it for this command, or name another source ({ssm: …} or {pulumi: …}).`,
    );
  }
  return value;
}

async function fromSsm(ssm: SsmSpec, path: string): Promise<string> {
  const { GetParameterCommand, SSMClient } = await import("@aws-sdk/client-ssm");
  const { region, profile, endpoint } = ssm ?? {};
  const role = await credentialsOf(ssm);
  const client = new SSMClient({
    ...(region === undefined ? {} : { region }),
    ...(profile === undefined ? {} : { profile }),
    // The environment wins, so that a rehearsal can put its own server in the place of AWS.
    ...(endpoint === undefined || process.env.AWS_ENDPOINT_URL_SSM !== undefined
      ? {}
      : { endpoint }),
    ...(role === undefined ? {} : { credentials: role }),
  });
  const command = new GetParameterCommand({ Name: path, WithDecryption: true });
  const answer = await client.send(command).catch((thrown: unknown) => {
    const why = thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : String(thrown);
    throw new pulumi.RunError(
      `The SSM parameter ${path} can't be read (${why}). Check its name, the region and your rights, then repeat.`,
    );
  });
  const value = answer.Parameter?.Value;
  if (value === undefined || value === "") {
    throw new pulumi.RunError(`The SSM parameter ${path} has no value; put one there and repeat.`);
  }
  return value;
}

async function credentialsOf(ssm: SsmSpec) {
  if (ssm?.role === undefined) {
    return undefined;
  }
  const { fromTemporaryCredentials } = await import("@aws-sdk/credential-providers");
  return fromTemporaryCredentials({
    params: { RoleArn: ssm.role, RoleSessionName: "proxmox-ha" },
    clientConfig: { region: ssm.region },
  });
}
