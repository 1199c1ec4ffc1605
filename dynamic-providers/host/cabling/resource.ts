import { defineResource } from "../../kit/define-resource.js";
import { cablingInputs, cablingOutputs } from "./schema.js";

/** Looks once which port leads where, and reports what is not as declared. */
export class Cabling extends defineResource("host/cabling", cablingInputs, cablingOutputs) {}
