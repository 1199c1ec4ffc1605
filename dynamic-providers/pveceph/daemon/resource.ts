import { defineResource } from "../../kit/define-resource.js";
import { cephDaemonInputs, cephDaemonOutputs } from "./schema.js";

/** A monitor, a manager or a metadata server of Ceph on one node. */
export class CephDaemon extends defineResource(
  "pveceph/daemon",
  cephDaemonInputs,
  cephDaemonOutputs,
) {}
