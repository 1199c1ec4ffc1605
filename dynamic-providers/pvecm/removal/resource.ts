import { defineResource } from "../../kit/define-resource.js";
import { removalInputs, removalOutputs } from "./schema.js";

/** A node that leaves the cluster by consent. */
export class Removal extends defineResource("pvecm/removal", removalInputs, removalOutputs) {}
