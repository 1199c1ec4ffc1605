import type * as pulumi from "@pulumi/pulumi";
import type { z } from "zod";
import { DynamicResource } from "../../kit/dynamic-resource.js";
import type { cablingInputs } from "./schema.js";

export type CablingArgs = z.input<typeof cablingInputs>;

/** Looks once which port leads where, and reports what is not as declared. */
export class Cabling extends DynamicResource {
  declare readonly saw: pulumi.Output<string[]>;
  /** Every cable that was seen, by its two ends. */
  declare readonly cables: pulumi.Output<string[]>;
  /** Where it differs from the stack file. */
  declare readonly differences: pulumi.Output<string[]>;

  constructor(name: string, args: CablingArgs, options?: pulumi.CustomResourceOptions) {
    super("host/cabling", name, args, ["saw", "cables", "differences"], options);
  }
}
