import { defineResource } from "../../kit/define-resource.js";
import { crushRuleInputs } from "./schema.js";

/** By which rule copies are laid out. */
export class CrushRule extends defineResource("pveceph/crush-rule", crushRuleInputs) {}
