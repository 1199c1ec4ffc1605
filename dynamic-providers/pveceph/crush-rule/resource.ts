import { defineResource } from "../../kit/define-resource.js";
import { crushRuleInputs } from "./schema.js";

/** By which rule copies are laid out on disks of one class. */
export class CrushRule extends defineResource("pveceph/crush-rule", crushRuleInputs) {}
