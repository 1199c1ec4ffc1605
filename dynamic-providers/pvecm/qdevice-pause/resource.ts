import { defineResource } from "../../kit/define-resource.js";
import { qdevicePauseInputs } from "./schema.js";

/** Takes the device out while nodes join, and for good by consent. */
export class QDevicePause extends defineResource("pvecm/qdevice-pause", qdevicePauseInputs) {}
