import type { GetParametersCommandOutput, SSMClient } from "@aws-sdk/client-ssm";
import { Failure, messageOf } from "../../../config/failure/failure.js";
import { type Clock, type Policy, policies, retry } from "../base/clock.js";

/** The service takes at most ten names in one call. */
const NAMES_PER_CALL = 10;
const CONNECT_MS = 5_000;
const ANSWER_MS = 20_000;

/** What the stack file says about the parameter store; all else comes from the environment, as AWS tools do it. */
export interface SsmOptions {
  readonly region?: string | undefined;
  readonly profile?: string | undefined;
  readonly role?: string | undefined;
  readonly endpoint?: string | undefined;
}

export interface Parameter {
  readonly value: string;
  readonly version: number;
}

/** Reads parameters in as few calls as possible. Holds values for no longer than the call. */
export class ParameterStore {
  private client: Promise<SSMClient> | undefined;

  constructor(
    private readonly options: SsmOptions,
    private readonly clock: Clock,
    private readonly policy: Policy = policies.secrets,
  ) {}

  /** All of them, or an error that names every one that is missing. */
  async read(
    names: readonly string[],
    show: "values" | "versions",
  ): Promise<Map<string, Parameter>> {
    const wanted = [...new Set(names)];
    const found = new Map<string, Parameter>();
    const missing: string[] = [];
    for (let at = 0; at < wanted.length; at += NAMES_PER_CALL) {
      const answer = await this.call(wanted.slice(at, at + NAMES_PER_CALL), show === "values");
      for (const { Name, Value, Version } of answer.Parameters ?? []) {
        if (Name !== undefined && Value !== undefined) {
          found.set(Name, { value: Value, version: Version ?? 0 });
        }
      }
      missing.push(...(answer.InvalidParameters ?? []));
    }
    if (missing.length > 0) {
      throw new Failure("failed", {
        tried: "reading secrets from the parameter store",
        where: this.place(),
        cameBack: `there is no parameter ${missing.join(", ")}`,
        doNext: `Create it with \`aws ssm put-parameter --type SecureString --name ${missing[0]} --value …\`, or correct the path or the region in the stack file.`,
      });
    }
    return found;
  }

  private async call(names: string[], decrypt: boolean): Promise<GetParametersCommandOutput> {
    try {
      this.client ??= this.makeClient();
      const client = await this.client;
      const { GetParametersCommand } = await import("@aws-sdk/client-ssm");
      return await retry(
        () => client.send(new GetParametersCommand({ Names: names, WithDecryption: decrypt })),
        isWorthAnotherTry,
        this.policy,
        this.clock,
      );
    } catch (thrown) {
      throw this.explain(thrown, names);
    }
  }

  private async makeClient(): Promise<SSMClient> {
    // Half a hundred milliseconds of loading, paid only by stacks that use the store.
    const { SSMClient } = await import("@aws-sdk/client-ssm");
    const { region, profile, endpoint, role } = this.options;
    const source = {
      ...(region === undefined ? {} : { region }),
      ...(profile === undefined ? {} : { profile }),
      // The environment wins, so that a rehearsal can put its own server in the place of AWS.
      ...(endpoint === undefined || process.env.AWS_ENDPOINT_URL_SSM !== undefined
        ? {}
        : { endpoint }),
      // Retries follow the program's own policy, so that they can be seen and bounded in one place.
      maxAttempts: 1,
      // Without these a store behind a silent firewall holds a preview for ever.
      requestHandler: { connectionTimeout: CONNECT_MS, requestTimeout: ANSWER_MS },
    };
    if (role === undefined) {
      return new SSMClient(source);
    }
    const { fromNodeProviderChain, fromTemporaryCredentials } = await import(
      "@aws-sdk/credential-providers"
    );
    const { requestHandler } = source;
    const assume = fromTemporaryCredentials({
      params: { RoleArn: role, RoleSessionName: "proxmox-ha" },
      // Who assumes the role is the profile's identity, as with the tools of AWS.
      ...(profile === undefined ? {} : { masterCredentials: fromNodeProviderChain({ profile }) }),
      clientConfig: { requestHandler, ...(region === undefined ? {} : { region }) },
    });
    const credentials = () =>
      assume().catch((thrown: unknown) => {
        throw new RoleRefused(role, thrown);
      });
    return new SSMClient({ ...source, credentials });
  }

  private explain(thrown: unknown, names: readonly string[]): Failure {
    const name = thrown instanceof Error ? thrown.name : "";
    const common = {
      tried: `reading the secrets ${names.join(", ")} from the parameter store`,
      where: this.place(),
    };
    if (thrown instanceof RoleRefused && isNamed(thrown.cause, /^AccessDenied/)) {
      return new Failure(
        "failed",
        {
          ...common,
          cameBack: `the role ${thrown.role} may not be assumed`,
          doNext:
            "The identity in use needs sts:AssumeRole on that role, and the role's trust policy must name the identity.",
        },
        { cause: thrown.cause },
      );
    }
    if (name === "AccessDeniedException" || name === "AccessDenied") {
      return new Failure(
        "failed",
        {
          ...common,
          cameBack: "permission denied",
          doNext: `The identity in use needs ssm:GetParameters on these paths and kms:Decrypt on the key that encrypts them.`,
        },
        { cause: thrown },
      );
    }
    if (isThrottling(thrown)) {
      return new Failure(
        "failed",
        {
          ...common,
          cameBack: `still throttled after ${this.policy.attempts} tries`,
          doNext: "Wait a minute and try again, or raise the account's limit for GetParameters.",
        },
        { cause: thrown },
      );
    }
    const credentials = thrown instanceof RoleRefused ? thrown.cause : thrown;
    if (isNamed(credentials, /^(CredentialsProviderError|ExpiredTokenException)$/)) {
      return new Failure(
        "failed",
        {
          ...common,
          cameBack: "no usable AWS credentials",
          doNext:
            "Log in (for example `aws sso login`), or set AWS_PROFILE or the profile in the stack file.",
        },
        { cause: thrown },
      );
    }
    return new Failure(
      isWorthAnotherTry(thrown) ? "unreachable" : "failed",
      {
        ...common,
        cameBack: messageOf(thrown) || name || "no answer",
        doNext: "Check region, endpoint and network, then try again.",
      },
      thrown instanceof Error ? { cause: thrown.cause } : {},
    );
  }

  private place(): string {
    const { region, endpoint } = this.options;
    const at = process.env.AWS_ENDPOINT_URL_SSM ?? endpoint;
    const where = region ?? process.env.AWS_REGION ?? "the default region";
    return `SSM in ${where}${at === undefined ? "" : ` at ${at}`}`;
  }
}

/** Tells a failure to become the role from a failure of the role. */
class RoleRefused extends Error {
  constructor(
    readonly role: string,
    override readonly cause: unknown,
  ) {
    super(`the role ${role} could not be assumed: ${messageOf(cause)}`);
  }
}

function isNamed(thrown: unknown, pattern: RegExp): boolean {
  return thrown instanceof Error && pattern.test(thrown.name);
}

function isThrottling(thrown: unknown): boolean {
  return thrown instanceof Error && /Throttl|TooManyRequests|RequestLimit/i.test(thrown.name);
}

function isWorthAnotherTry(thrown: unknown): boolean {
  if (thrown instanceof RoleRefused) {
    return isWorthAnotherTry(thrown.cause);
  }
  if (isThrottling(thrown)) {
    return true;
  }
  return (
    thrown instanceof Error &&
    /InternalServer|ServiceUnavailable|TimeoutError|ECONNRESET|ECONNREFUSED|ETIMEDOUT/.test(
      `${thrown.name} ${String(Reflect.get(thrown, "code"))}`,
    )
  );
}
