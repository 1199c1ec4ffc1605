import { defineResource } from "../../kit/define-resource.js";
import { retiredPoolsInputs, retiredPoolsOutputs } from "./schema.js";

/** Pools and file systems of Ceph that are destroyed by consent. */
export class RetiredCephPools extends defineResource(
  "pveceph/retired-pools",
  retiredPoolsInputs,
  retiredPoolsOutputs,
) {}
