import type * as pulumi from "@pulumi/pulumi";
import type { z } from "zod";
import { DynamicResource } from "../../kit/dynamic-resource.js";
import type { memberInputs } from "./schema.js";

export type MemberArgs = z.input<typeof memberInputs>;

/** One node as a full member of the cluster. */
export class Member extends DynamicResource {
  declare readonly quorate: pulumi.Output<boolean>;
  /** Of Proxmox VE, at the last look. */
  declare readonly version: pulumi.Output<string>;
  declare readonly corosyncVersion: pulumi.Output<string>;
  /** SHA-256 of the certificate that the node's API shows. */
  declare readonly fingerprint: pulumi.Output<string>;

  constructor(name: string, args: MemberArgs, options?: pulumi.CustomResourceOptions) {
    super(
      "pvecm/member",
      name,
      args,
      ["quorate", "version", "corosyncVersion", "fingerprint"],
      options,
    );
  }
}
