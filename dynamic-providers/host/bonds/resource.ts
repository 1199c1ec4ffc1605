import type * as pulumi from "@pulumi/pulumi";
import type { z } from "zod";
import { DynamicResource } from "../../kit/dynamic-resource.js";
import type { bondsInputs } from "./schema.js";

export type BondsArgs = z.input<typeof bondsInputs>;

/** Opens when every bond has one LACP partner behind all of its ports. */
export class Bonds extends DynamicResource {
  declare readonly saw: pulumi.Output<string[]>;

  constructor(name: string, args: BondsArgs, options?: pulumi.CustomResourceOptions) {
    super("host/bonds", name, args, ["saw"], options);
  }
}
