import type * as pulumi from "@pulumi/pulumi";
import type { z } from "zod";
import { DynamicResource } from "../../kit/dynamic-resource.js";
import type { packagesInputs } from "./schema.js";

export type HostPackagesArgs = z.input<typeof packagesInputs>;

/** Packages that a host must have. */
export class HostPackages extends DynamicResource {
  declare readonly versions: pulumi.Output<Record<string, string>>;

  constructor(name: string, args: HostPackagesArgs, options?: pulumi.CustomResourceOptions) {
    super("host/packages", name, args, ["versions"], options);
  }
}
