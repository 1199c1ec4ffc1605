import type * as pulumi from "@pulumi/pulumi";
import type { z } from "zod";
import { DynamicResource } from "../../kit/dynamic-resource.js";
import type { clocksInputs } from "./schema.js";

/** Opens when the clocks of all hosts agree. */
export class Clocks extends DynamicResource {
  declare readonly saw: pulumi.Output<string[]>;

  constructor(
    name: string,
    args: z.input<typeof clocksInputs>,
    options?: pulumi.CustomResourceOptions,
  ) {
    super("host/clocks", name, args, ["saw"], options);
  }
}
