import type { StoragePlan } from "../config/plan/storage.js";
import type { SecretSource } from "./secret-source.js";

export type StorageOf<Type extends StoragePlan["type"]> = Extract<
  StoragePlan,
  { readonly type: Type }
>;

export interface StorageArgs<Type extends StoragePlan["type"]> {
  readonly storage: StorageOf<Type>;
  readonly secret: SecretSource;
}

/** Arguments that every storage of the native provider takes. */
export function commonArgs(storage: StoragePlan) {
  return {
    resourceId: storage.id,
    contents: [...storage.content],
    nodes: storage.nodes === undefined ? undefined : [...storage.nodes],
    disable: !storage.enabled,
  };
}
