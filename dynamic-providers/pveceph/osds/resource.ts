import { defineResource } from "../../kit/define-resource.js";
import { cephOsdsInputs, cephOsdsOutputs } from "./schema.js";

/** The OSDs of one host, on disks that were chosen once. */
export class CephOsds extends defineResource("pveceph/osds", cephOsdsInputs, cephOsdsOutputs) {}
