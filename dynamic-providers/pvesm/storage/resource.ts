import type * as pulumi from "@pulumi/pulumi";
import { DynamicResource } from "../../kit/dynamic-resource.js";
import type { StorageInputArgs } from "./schema.js";

/** A storage that the program defines itself: its secrets stay references in the state. */
export class StorageDefinition extends DynamicResource {
  constructor(name: string, args: StorageInputArgs, options?: pulumi.CustomResourceOptions) {
    super("pvesm/storage", name, args, ["found"], options);
  }
}
