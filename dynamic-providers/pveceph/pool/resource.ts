import { defineResource } from "../../kit/define-resource.js";
import { cephPoolInputs, cephPoolOutputs } from "./schema.js";

/** A replicated pool of Ceph. */
export class CephPool extends defineResource("pveceph/pool", cephPoolInputs, cephPoolOutputs) {}
