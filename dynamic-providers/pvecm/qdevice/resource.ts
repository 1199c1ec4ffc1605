import { defineResource } from "../../kit/define-resource.js";
import { qdeviceInputs } from "./schema.js";

/** The vote of a QDevice, cast through every member. */
export class QDevice extends defineResource("pvecm/qdevice", qdeviceInputs) {}
