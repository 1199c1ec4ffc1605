import { defineResource } from "../../kit/define-resource.js";
import { sawOnly } from "../../kit/outputs.js";
import { bondsInputs } from "./schema.js";

/** Opens when every bond has one LACP partner behind all of its ports. */
export class Bonds extends defineResource("host/bonds", bondsInputs, sawOnly) {}
