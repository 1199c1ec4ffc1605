import { defineResource } from "../../kit/define-resource.js";
import { storageGateInputs, storageGateOutputs } from "./schema.js";

/** Opens when every node sees and can use every storage. */
export class StorageGate extends defineResource(
  "pvesm/gate",
  storageGateInputs,
  storageGateOutputs,
) {}
