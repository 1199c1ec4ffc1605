import { defineResource } from "../../kit/define-resource.js";
import { cephGateInputs, cephGateOutputs } from "./schema.js";

/** The gate behind the phase: Ceph is whole, and each pool serves. */
export class CephGate extends defineResource("pveceph/gate", cephGateInputs, cephGateOutputs) {}
