import { defineResource } from "../../kit/define-resource.js";
import { migratedGroupsInputs, migratedGroupsOutputs } from "./schema.js";

/** After the upgrade from 8 to 9: groups have become rules, and their automatic names are free. */
export class MigratedGroups extends defineResource(
  "ha/migrated-groups",
  migratedGroupsInputs,
  migratedGroupsOutputs,
) {}
