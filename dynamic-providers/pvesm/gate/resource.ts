import type * as pulumi from "@pulumi/pulumi";
import type { z } from "zod";
import { DynamicResource } from "../../kit/dynamic-resource.js";
import type { storageGateInputs } from "./schema.js";

export type StorageGateArgs = z.input<typeof storageGateInputs>;

/** Opens when every node sees and can use every storage. */
export class StorageGate extends DynamicResource {
  declare readonly saw: pulumi.Output<string[]>;
  /** By node, then by storage. */
  declare readonly views: pulumi.Output<Record<string, Record<string, string>>>;

  constructor(name: string, args: StorageGateArgs, options?: pulumi.CustomResourceOptions) {
    super("pvesm/gate", name, args, ["saw", "views"], options);
  }
}
