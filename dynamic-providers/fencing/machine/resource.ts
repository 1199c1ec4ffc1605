import { defineResource } from "../../kit/define-resource.js";
import { machineInputs, machineOutputs } from "./schema.js";

/** Opens when a node's machine is known: its own UUID, and the certificates of its controllers. */
export class FencedMachine extends defineResource(
  "fencing/machine",
  machineInputs,
  machineOutputs,
) {}
