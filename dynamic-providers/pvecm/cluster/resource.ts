import type * as pulumi from "@pulumi/pulumi";
import type { z } from "zod";
import { DynamicResource } from "../../kit/dynamic-resource.js";
import type { clusterInputs } from "./schema.js";

export type ClusterArgs = z.input<typeof clusterInputs>;

/** The cluster, founded on its first node. */
export class Cluster extends DynamicResource {
  declare readonly members: pulumi.Output<string[]>;

  constructor(name: string, args: ClusterArgs, options?: pulumi.CustomResourceOptions) {
    super("pvecm/cluster", name, args, ["members"], options);
  }
}
