import type * as pulumi from "@pulumi/pulumi";
import type { z } from "zod";
import { DynamicResource } from "../../kit/dynamic-resource.js";
import type { networkInputs } from "./schema.js";

export type HostNetworkArgs = z.input<typeof networkInputs>;

/** Network files of a host, changed under a timer that undoes what nobody confirms. */
export class HostNetwork extends DynamicResource {
  declare readonly waitingForConfirmation: pulumi.Output<boolean>;

  constructor(name: string, args: HostNetworkArgs, options?: pulumi.CustomResourceOptions) {
    super("host/network", name, args, ["waitingForConfirmation"], options);
  }
}
