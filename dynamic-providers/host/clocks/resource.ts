import { defineResource } from "../../kit/define-resource.js";
import { sawOnly } from "../../kit/outputs.js";
import { clocksInputs } from "./schema.js";

/** Opens when the clocks of all hosts agree. */
export class Clocks extends defineResource("host/clocks", clocksInputs, sawOnly) {}
