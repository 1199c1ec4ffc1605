import type * as pulumi from "@pulumi/pulumi";
import { DynamicResource } from "../../kit/dynamic-resource.js";
import type { SshConnection } from "../../transport/ssh/connection.js";

export interface DatacenterOptionsResourceArgs {
  readonly cluster: string;
  readonly connection: SshConnection;
  readonly options: Readonly<Record<string, string>>;
  readonly adopt: boolean;
}

/** Options of the whole cluster, key by key. */
export class DatacenterOptionsResource extends DynamicResource {
  /** The managed keys as they are in the cluster. */
  declare readonly current: pulumi.Output<Record<string, string>>;

  constructor(
    name: string,
    args: DatacenterOptionsResourceArgs,
    options?: pulumi.CustomResourceOptions,
  ) {
    super("datacenter/options", name, { ...args }, ["current"], options);
  }
}
