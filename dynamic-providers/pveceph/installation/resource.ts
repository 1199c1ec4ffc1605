import { defineResource } from "../../kit/define-resource.js";
import { installationInputs, installationOutputs } from "./schema.js";

/** Ceph's packages on one host. */
export class CephInstallation extends defineResource(
  "pveceph/installation",
  installationInputs,
  installationOutputs,
) {}
