import { defineResource } from "../../kit/define-resource.js";
import { cephSettingsInputs, cephSettingsOutputs } from "./schema.js";

/** Settings of the whole Ceph. */
export class CephSettings extends defineResource(
  "pveceph/settings",
  cephSettingsInputs,
  cephSettingsOutputs,
) {}
