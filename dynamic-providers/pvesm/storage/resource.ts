import { defineResource } from "../../kit/define-resource.js";
import { storageInputs, storageOutputs } from "./schema.js";

/** A storage that the program defines itself: its secrets stay references in the state. */
export class StorageDefinition extends defineResource(
  "pvesm/storage",
  storageInputs,
  storageOutputs,
) {}
