import { defineResource } from "../../kit/define-resource.js";
import { cephDashboardInputs, cephDashboardOutputs } from "./schema.js";

/** The page of Ceph's managers. */
export class CephDashboard extends defineResource(
  "pveceph/dashboard",
  cephDashboardInputs,
  cephDashboardOutputs,
) {}
