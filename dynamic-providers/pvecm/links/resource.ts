import { defineResource } from "../../kit/define-resource.js";
import { linksInputs, linksOutputs } from "./schema.js";

/** The corosync links of the formed cluster. */
export class Links extends defineResource("pvecm/links", linksInputs, linksOutputs) {}
