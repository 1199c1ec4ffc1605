import type * as pulumi from "@pulumi/pulumi";
import { DynamicResource } from "../../kit/dynamic-resource.js";
import type { RebootArgs } from "./schema.js";

/** One restart of a host for everything that only a start brings into effect. */
export class HostReboot extends DynamicResource {
  /** What is not in effect yet and waits for a person. */
  declare readonly reasons: pulumi.Output<string[]>;
  declare readonly bootId: pulumi.Output<string>;

  constructor(name: string, args: RebootArgs, options?: pulumi.CustomResourceOptions) {
    super("host/reboot", name, args, ["reasons", "bootId"], options);
  }
}
