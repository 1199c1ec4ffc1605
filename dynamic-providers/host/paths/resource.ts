import type * as pulumi from "@pulumi/pulumi";
import type { z } from "zod";
import { DynamicResource } from "../../kit/dynamic-resource.js";
import type { pathsInputs } from "./schema.js";

export type PathsArgs = z.input<typeof pathsInputs>;

/** Opens when every path carries packets of full size. */
export class Paths extends DynamicResource {
  declare readonly saw: pulumi.Output<string[]>;

  constructor(name: string, args: PathsArgs, options?: pulumi.CustomResourceOptions) {
    super("host/paths", name, args, ["saw"], options);
  }
}
