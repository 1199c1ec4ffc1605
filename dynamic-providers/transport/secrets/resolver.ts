import { createHash } from "node:crypto";
import { Failure } from "../../../config/failure/failure.js";
import type { SecretRef } from "../../../config/schema/primitives.js";
import { Secret } from "../base/secret.js";
import { labelOf } from "./reference.js";
import type { ParameterStore } from "./ssm.js";

/** Reads a value of the stack's encrypted configuration; undefined when there is none under that key. */
export type StackConfigReader = (key: string) => string | undefined;

export interface SecretSources {
  readonly store: ParameterStore;
  readonly stackConfig: StackConfigReader;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** Turns references into secrets at the moment of use. Values stay in this object's memory and nowhere else. */
export class SecretResolver {
  private readonly cache = new Map<string, Promise<Secret>>();
  private batch:
    | { readonly names: Set<string>; readonly values: Promise<Map<string, Secret>> }
    | undefined;

  constructor(private readonly sources: SecretSources) {}

  resolve(reference: SecretRef): Promise<Secret> {
    const label = labelOf(reference);
    const cached = this.cache.get(label);
    if (cached !== undefined) {
      return cached;
    }
    const secret = this.fetch(reference);
    this.cache.set(label, secret);
    // A failure is not remembered: the user may mend it while the run goes on elsewhere.
    secret.catch(() => this.cache.delete(label));
    return secret;
  }

  /**
   * What changes when a secret changes: the parameter's version, or a digest for sources without versions. Digests can
   * be guessed back for weak passwords, so the program hands them to the engine as secrets.
   */
  async versions(references: readonly SecretRef[]): Promise<Record<string, string>> {
    const names = references.flatMap((reference) => ("ssm" in reference ? [reference.ssm] : []));
    const parameters =
      names.length === 0 ? undefined : await this.sources.store.read(names, "versions");
    const versions = await Promise.all(
      references.map(async (reference): Promise<[string, string]> => {
        if ("ssm" in reference) {
          return [labelOf(reference), String(parameters?.get(reference.ssm)?.version ?? 0)];
        }
        const secret = await this.resolve(reference);
        return [labelOf(reference), digest(secret.reveal())];
      }),
    );
    return Object.fromEntries(versions);
  }

  private async fetch(reference: SecretRef): Promise<Secret> {
    if ("ssm" in reference) {
      return await this.fromStore(reference.ssm);
    }
    if ("env" in reference) {
      const value = this.sources.env[reference.env];
      if (value === undefined || value === "") {
        throw new Failure("failed", {
          tried: `reading the secret ${labelOf(reference)}`,
          where: "the environment of this command",
          cameBack: `the variable ${reference.env} is not set`,
          doNext: `Set ${reference.env} for this command, or name another source in the stack file.`,
        });
      }
      return new Secret(value);
    }
    const value = this.sources.stackConfig(reference.pulumi);
    if (value === undefined) {
      throw new Failure("failed", {
        tried: `reading the secret ${labelOf(reference)}`,
        where: "the stack's configuration",
        cameBack: `there is no value under proxmox-ha:${reference.pulumi}`,
        doNext: `Set it with \`pulumi config set --secret proxmox-ha:${reference.pulumi}\`.`,
      });
    }
    return new Secret(value);
  }

  /** All parameters that are asked for in the same turn of the event loop go into the same calls. */
  private async fromStore(name: string): Promise<Secret> {
    if (this.batch === undefined) {
      const names = new Set<string>();
      const values = new Promise<void>((resolve) => setImmediate(resolve)).then(() => {
        this.batch = undefined;
        return this.readAll([...names]);
      });
      this.batch = { names, values };
    }
    this.batch.names.add(name);
    const secret = (await this.batch.values).get(name);
    if (secret === undefined) {
      throw new Error(`the parameter store answered without ${name}`);
    }
    return secret;
  }

  private async readAll(names: readonly string[]): Promise<Map<string, Secret>> {
    const parameters = await this.sources.store.read(names, "values");
    return new Map([...parameters].map(([name, { value }]) => [name, new Secret(value)]));
  }
}

function digest(value: string): string {
  return createHash("sha256")
    .update(`proxmox-ha secret version\0${value}`)
    .digest("hex")
    .slice(0, 16);
}
