import { defineResource } from "../../kit/define-resource.js";
import { sawOnly } from "../../kit/outputs.js";
import { pathsInputs } from "./schema.js";

/** Opens when every path carries packets of full size. */
export class Paths extends defineResource("host/paths", pathsInputs, sawOnly) {}
