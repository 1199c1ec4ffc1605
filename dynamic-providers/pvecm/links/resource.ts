import type * as pulumi from "@pulumi/pulumi";
import type { z } from "zod";
import { DynamicResource } from "../../kit/dynamic-resource.js";
import type { linksInputs } from "./schema.js";

export type LinksArgs = z.input<typeof linksInputs>;

/** The corosync links of the formed cluster. */
export class Links extends DynamicResource {
  declare readonly configVersion: pulumi.Output<number>;
  /** The whole file, in base64. It holds no secret; the key lies elsewhere. */
  declare readonly corosyncConf: pulumi.Output<string | undefined>;

  constructor(name: string, args: LinksArgs, options?: pulumi.CustomResourceOptions) {
    super("pvecm/links", name, args, ["configVersion", "corosyncConf"], options);
  }
}
