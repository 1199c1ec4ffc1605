import * as pulumi from "@pulumi/pulumi";
import type { z } from "zod";
import { DynamicResource } from "../../kit/dynamic-resource.js";
import type { tokenInputs } from "./schema.js";

export type TokenArgs = z.input<typeof tokenInputs>;

/** The program's own API account and its token. */
export class Token extends DynamicResource {
  /** Secret: `user!name=value`. */
  declare readonly apiToken: pulumi.Output<string>;

  constructor(name: string, args: TokenArgs, options?: pulumi.CustomResourceOptions) {
    const secret = { additionalSecretOutputs: ["apiToken"] };
    super("pveum/token", name, args, ["apiToken"], pulumi.mergeOptions(options, secret));
  }
}
