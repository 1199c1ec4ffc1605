import { defineResource } from "../../kit/define-resource.js";
import { cephLocationsInputs } from "./schema.js";

/** In which rack and datacenter Ceph has each host. */
export class CephLocations extends defineResource("pveceph/locations", cephLocationsInputs) {}
