import type * as pulumi from "@pulumi/pulumi";
import { type ArgsOf, DynamicResource } from "../../kit/dynamic-resource.js";
import type { TargetArgs } from "./schema.js";

/** A target of notifications whose secrets stay references in the state. */
export class NotificationTarget extends DynamicResource {
  constructor(name: string, args: ArgsOf<TargetArgs>, options?: pulumi.CustomResourceOptions) {
    super("datacenter/target", name, { ...args }, [], options);
  }
}
