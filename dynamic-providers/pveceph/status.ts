import { cephStatus } from "../health/ceph-status.js";
import { get } from "../transport/pvesh/calls.js";

/** What Ceph says of itself, through Proxmox. */
export const STATUS = get("/cluster/ceph/status", cephStatus);
