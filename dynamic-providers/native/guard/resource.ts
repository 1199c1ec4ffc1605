import * as pulumi from "@pulumi/pulumi";
import { type ArgsOf, DynamicResource } from "../../kit/dynamic-resource.js";
import type { SshConnection } from "../../transport/ssh/connection.js";
import type { Native } from "../native-schema.js";

export interface NativeGuardArgs {
  readonly native: Native;
  readonly definition: string;
  readonly connections: readonly SshConnection[];
  readonly consent: Readonly<Record<string, string>>;
}

/** Keeps what the native provider made as long as it holds something. */
export class NativeGuard extends DynamicResource {
  constructor(name: string, args: ArgsOf<NativeGuardArgs>, options?: pulumi.CustomResourceOptions) {
    super(
      "native/guard",
      name,
      { ...args },
      [],
      pulumi.mergeOptions(options, { aliases: [{ type: "pulumi-nodejs:dynamic/pvesm:Guard" }] }),
    );
  }
}
