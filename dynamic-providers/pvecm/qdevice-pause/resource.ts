import type * as pulumi from "@pulumi/pulumi";
import type { z } from "zod";
import { DynamicResource } from "../../kit/dynamic-resource.js";
import type { qdevicePauseInputs } from "./schema.js";

export type QDevicePauseArgs = z.input<typeof qdevicePauseInputs>;

/** Takes the device out while nodes join, and for good by consent. */
export class QDevicePause extends DynamicResource {
  constructor(name: string, args: QDevicePauseArgs, options?: pulumi.CustomResourceOptions) {
    super("pvecm/qdevice-pause", name, args, [], options);
  }
}
