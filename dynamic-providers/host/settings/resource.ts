import { defineResource } from "../../kit/define-resource.js";
import { settingsInputs } from "./schema.js";

/** Names, time zone, users and kernel parameters of a host. */
export class HostSettings extends defineResource("host/settings", settingsInputs) {}
