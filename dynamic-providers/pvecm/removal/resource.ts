import type * as pulumi from "@pulumi/pulumi";
import type { z } from "zod";
import { DynamicResource } from "../../kit/dynamic-resource.js";
import type { removalInputs } from "./schema.js";

export type RemovalArgs = z.input<typeof removalInputs>;

/** A node that leaves the cluster by consent. */
export class Removal extends DynamicResource {
  declare readonly members: pulumi.Output<string[]>;

  constructor(name: string, args: RemovalArgs, options?: pulumi.CustomResourceOptions) {
    super("pvecm/removal", name, args, ["members"], options);
  }
}
