import { defineResource } from "../../kit/define-resource.js";
import { packagesInputs, packagesOutputs } from "./schema.js";

/** Packages that a host must have. */
export class HostPackages extends defineResource(
  "host/packages",
  packagesInputs,
  packagesOutputs,
) {}
