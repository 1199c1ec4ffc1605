import { defineResource } from "../../kit/define-resource.js";
import { cephModulesInputs, cephModulesOutputs } from "./schema.js";

/** Modules of Ceph's managers. */
export class CephModules extends defineResource(
  "pveceph/modules",
  cephModulesInputs,
  cephModulesOutputs,
) {}
