import type * as pulumi from "@pulumi/pulumi";
import { type ArgsOf, DynamicResource } from "../../kit/dynamic-resource.js";
import type { FilesArgs } from "./schema.js";

/** Files of one host that belong together, with mode, owner, a check and what makes them effective. */
export class HostFiles extends DynamicResource {
  constructor(name: string, args: ArgsOf<FilesArgs>, options?: pulumi.CustomResourceOptions) {
    super("host/files", name, { ...args }, [], options);
  }
}
