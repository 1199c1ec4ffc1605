import type * as pulumi from "@pulumi/pulumi";
import type { z } from "zod";
import { DynamicResource } from "../../kit/dynamic-resource.js";
import type { storageServersInputs } from "./schema.js";

/** Opens when every server of a storage answers. */
export class StorageServers extends DynamicResource {
  constructor(
    name: string,
    args: z.input<typeof storageServersInputs>,
    options?: pulumi.CustomResourceOptions,
  ) {
    super("pvesm/servers", name, args, ["saw"], options);
  }
}
