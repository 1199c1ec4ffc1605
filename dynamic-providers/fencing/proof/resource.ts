import { defineResource } from "../../kit/define-resource.js";
import { proofInputs, proofOutputs } from "./schema.js";

/** Opens when every node could switch off every other one, and each has a watchdog that is fed. */
export class FencingProof extends defineResource("fencing/proof", proofInputs, proofOutputs) {}
