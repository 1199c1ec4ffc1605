import type * as pulumi from "@pulumi/pulumi";
import type { z } from "zod";
import { DynamicResource } from "../../kit/dynamic-resource.js";
import type { settingsInputs } from "./schema.js";

export type HostSettingsArgs = z.input<typeof settingsInputs>;

/** Names, time zone, users and kernel parameters of a host. */
export class HostSettings extends DynamicResource {
  constructor(name: string, args: HostSettingsArgs, options?: pulumi.CustomResourceOptions) {
    super("host/settings", name, args, [], options);
  }
}
