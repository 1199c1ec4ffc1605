import { defineResource } from "../../kit/define-resource.js";
import { firstDisksInputs } from "./schema.js";

/** Nothing is touched on any host while rules for OSDs do not fit the disks that are there. */
export class FirstDisks extends defineResource("pveceph/first-disks", firstDisksInputs) {}
