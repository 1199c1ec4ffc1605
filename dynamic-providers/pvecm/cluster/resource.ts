import type * as pulumi from "@pulumi/pulumi";
import type { z } from "zod";
import { DynamicResource } from "../../kit/dynamic-resource.js";
import type { clusterInputs } from "./schema.js";

export type ClusterArgs = z.input<typeof clusterInputs>;

/** The cluster, founded on its first node. */
export class Cluster extends DynamicResource {
  declare readonly members: pulumi.Output<string[]>;
  /** Of Proxmox VE on the founder, at the last look. */
  declare readonly version: pulumi.Output<string>;
  declare readonly corosyncVersion: pulumi.Output<string>;
  /** SHA-256 of the certificate that the founder's API shows. */
  declare readonly fingerprint: pulumi.Output<string>;

  constructor(name: string, args: ClusterArgs, options?: pulumi.CustomResourceOptions) {
    super(
      "pvecm/cluster",
      name,
      args,
      ["members", "version", "corosyncVersion", "fingerprint"],
      options,
    );
  }
}
