import { defineResource } from "../../kit/define-resource.js";
import { networkInputs, networkOutputs } from "./schema.js";

/** Network files of a host, changed under a timer that undoes what nobody confirms. */
export class HostNetwork extends defineResource("host/network", networkInputs, networkOutputs) {}
