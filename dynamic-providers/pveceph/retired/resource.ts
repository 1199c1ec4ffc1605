import { defineResource } from "../../kit/define-resource.js";
import { retiredDaemonsInputs, retiredDaemonsOutputs } from "./schema.js";

/** Daemons of Ceph that leave by consent. */
export class RetiredCephDaemons extends defineResource(
  "pveceph/retired",
  retiredDaemonsInputs,
  retiredDaemonsOutputs,
) {}
