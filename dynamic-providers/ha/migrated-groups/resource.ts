import type * as pulumi from "@pulumi/pulumi";
import { DynamicResource } from "../../kit/dynamic-resource.js";
import type { SshConnection } from "../../transport/ssh/connection.js";

export interface MigratedGroupsArgs {
  readonly cluster: string;
  readonly connection: SshConnection;
  readonly placements: readonly string[];
}

/** After the upgrade from 8 to 9: groups have become rules, and their automatic names are free. */
export class MigratedGroups extends DynamicResource {
  declare readonly rules: pulumi.Output<string[]>;

  constructor(name: string, args: MigratedGroupsArgs, options?: pulumi.CustomResourceOptions) {
    super("ha/migrated-groups", name, { ...args }, ["rules"], options);
  }
}
