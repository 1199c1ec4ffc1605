import { keysAndValues, planObject } from "../datacenter/api-object.js";
import { optionsFound } from "../pvesm/definition.js";
import { storagesHold } from "../pvesm/held.js";
import { planDefinition } from "../pvesm/storage/plan.js";
import type { NativeKind } from "./native-kind.js";
import { madeAt, type NativeKindName, pathOf } from "./native-schema.js";

const compareKeys: NativeKind["compare"] = (wish, found) =>
  planObject(
    { path: pathOf(wish), made: madeAt(wish), keys: wish.keys },
    keysAndValues.parse(found),
    undefined,
  );

export const nativeKinds: Readonly<Record<NativeKindName, NativeKind>> = {
  storage: {
    compare: ({ name: id, fixed: { type = "", ...fixed }, keys: options }, found) =>
      planDefinition({ id, type, fixed, options }, optionsFound(found), {}),
    held: storagesHold,
  },
  // Proxmox refuses to remove one with members.
  resourcePool: { compare: compareKeys },
  // Never removed: on Proxmox VE 9 they are gone by conversion.
  haGroup: { compare: compareKeys },
};
