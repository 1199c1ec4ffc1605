import { defineResource } from "../../kit/define-resource.js";
import { cephClusterInputs, cephClusterOutputs } from "./schema.js";

/** Ceph's configuration, of which a Proxmox cluster has one. */
export class CephConfiguration extends defineResource(
  "pveceph/cluster",
  cephClusterInputs,
  cephClusterOutputs,
) {}
