import { defineResource } from "../../kit/define-resource.js";
import { memberInputs, memberOutputs } from "./schema.js";

/** One node as a full member of the cluster. */
export class Member extends defineResource("pvecm/member", memberInputs, memberOutputs) {}
