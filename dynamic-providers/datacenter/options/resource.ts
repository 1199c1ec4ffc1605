import { defineResource } from "../../kit/define-resource.js";
import { optionsInputs, optionsOutputs } from "./schema.js";

/** Options of the whole cluster, key by key. */
export class DatacenterOptionsResource extends defineResource(
  "datacenter/options",
  optionsInputs,
  optionsOutputs,
) {}
