import type * as pulumi from "@pulumi/pulumi";
import type { z } from "zod";
import { DynamicResource } from "../../kit/dynamic-resource.js";
import type { storageRosterInputs } from "./schema.js";

/** Stands before every storage: none of them is touched while one that holds volumes is to go. */
export class StorageRoster extends DynamicResource {
  constructor(
    name: string,
    args: z.input<typeof storageRosterInputs>,
    options?: pulumi.CustomResourceOptions,
  ) {
    super("pvesm/roster", name, args, [], options);
  }
}
