import type * as pulumi from "@pulumi/pulumi";
import type { z } from "zod";
import { DynamicResource } from "../../kit/dynamic-resource.js";
import type { fabricInputs } from "./schema.js";

export type SdnFabricArgs = z.input<typeof fabricInputs>;

/** A fabric of SDN, configured and applied. */
export class SdnFabric extends DynamicResource {
  /** The nodes on which it was last applied. */
  declare readonly running: pulumi.Output<string[]>;

  constructor(name: string, args: SdnFabricArgs, options?: pulumi.CustomResourceOptions) {
    super("sdn/fabric", name, args, ["running"], options);
  }
}
