import { defineResource } from "../../kit/define-resource.js";
import { cephReleaseInputs, cephReleaseOutputs } from "./schema.js";

/** The release that the daemons of Ceph run. */
export class CephRelease extends defineResource(
  "pveceph/release",
  cephReleaseInputs,
  cephReleaseOutputs,
) {}
