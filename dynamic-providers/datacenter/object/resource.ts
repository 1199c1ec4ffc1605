import type * as pulumi from "@pulumi/pulumi";
import { type ArgsOf, DynamicResource } from "../../kit/dynamic-resource.js";
import type { ObjectArgs } from "./schema.js";

/** Keys and values in Proxmox's API, merged with what others set. */
export class ApiObject extends DynamicResource {
  constructor(name: string, args: ArgsOf<ObjectArgs>, options?: pulumi.CustomResourceOptions) {
    super("datacenter/object", name, { ...args }, [], options);
  }
}
