import { defineResource } from "../../kit/define-resource.js";
import { filesInputs } from "./schema.js";

/** Files of one host that belong together, with mode, owner, a check and what makes them effective. */
export class HostFiles extends defineResource("host/files", filesInputs) {}
