import { defineResource } from "../../kit/define-resource.js";
import { fabricInputs, fabricOutputs } from "./schema.js";

/** A fabric of SDN, configured and applied. */
export class SdnFabric extends defineResource("sdn/fabric", fabricInputs, fabricOutputs) {}
