import { defineResource } from "../../kit/define-resource.js";
import { rebootInputs, rebootOutputs } from "./schema.js";

/** One restart of a host for everything that only a start brings into effect. */
export class HostReboot extends defineResource("host/reboot", rebootInputs, rebootOutputs) {}
