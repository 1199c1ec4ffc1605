import type * as pulumi from "@pulumi/pulumi";
import { type ArgsOf, DynamicResource } from "../../kit/dynamic-resource.js";
import type { SshConnection } from "../../transport/ssh/connection.js";
import type { ListedStorage } from "../roster/schema.js";

export interface StorageGuardArgs {
  readonly storage: ListedStorage;
  readonly definition: string;
  readonly connections: readonly SshConnection[];
  readonly consent: Readonly<Record<string, string>>;
}

/** Keeps a definition of the native provider as long as the storage holds volumes. */
export class StorageGuard extends DynamicResource {
  constructor(
    name: string,
    args: ArgsOf<StorageGuardArgs>,
    options?: pulumi.CustomResourceOptions,
  ) {
    super("pvesm/guard", name, { ...args }, [], options);
  }
}
