import { defineResource } from "../../kit/define-resource.js";
import { cephFilesystemInputs, cephFilesystemOutputs } from "./schema.js";

/** A file system of Ceph with its two pools. */
export class CephFilesystem extends defineResource(
  "pveceph/filesystem",
  cephFilesystemInputs,
  cephFilesystemOutputs,
) {}
