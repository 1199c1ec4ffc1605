import { defineResource } from "../../kit/define-resource.js";
import { sawOnly } from "../../kit/outputs.js";
import { storageServersInputs } from "./schema.js";

/** Opens when every server of a storage answers. */
export class StorageServers extends defineResource(
  "pvesm/servers",
  storageServersInputs,
  sawOnly,
) {}
