import type * as pulumi from "@pulumi/pulumi";
import type { z } from "zod";
import { DynamicResource } from "../../kit/dynamic-resource.js";
import type { qdeviceInputs } from "./schema.js";

export type QDeviceArgs = z.input<typeof qdeviceInputs>;

/** The vote of a QDevice, cast through every member. */
export class QDevice extends DynamicResource {
  constructor(name: string, args: QDeviceArgs, options?: pulumi.CustomResourceOptions) {
    super("pvecm/qdevice", name, args, [], options);
  }
}
