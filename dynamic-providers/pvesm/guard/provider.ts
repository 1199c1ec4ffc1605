import { defineProvider, type ProviderKind } from "../../kit/define-provider.js";
import type { Definition } from "../../kit/definition.js";
import { readKept } from "../../kit/kept-state.js";
import { inOperation } from "../../kit/operation.js";
import { refuseWhileHeld } from "../leaving.js";
import { type StorageGuardInputs, storageGuardInputs } from "./schema.js";

type Nothing = Readonly<Record<string, never>>;

const definition: Definition<StorageGuardInputs, StorageGuardInputs, Nothing, never> = {
  kind: "pvesm/guard",
  schemaVersion: 1,
  inputs: storageGuardInputs,
  state: storageGuardInputs,
  identity: ["definition"],
  deadlineMs: 120_000,
  subject: ({ storage }) => `the guard of storage ${storage.id}`,
  id: ({ storage }) => storage.id,
  remember: (inputs) => inputs,
  observe: () => Promise.resolve({}),
  plan: () => [],
  apply: () => Promise.resolve(),
  outputs: () => ({}),
};

/**
 * The engine removes what depends on a definition before the definition, so a guard that refuses to go keeps it. It owns
 * nothing, and asks no host before the day it goes.
 */
export const storageGuard: ProviderKind = {
  kind: definition.kind,
  serve: (runtime) => ({
    ...defineProvider(definition).serve(runtime),
    delete: async (_id, props) => {
      const { state } = readKept(definition, props);
      await inOperation(definition, state, runtime, (context) =>
        refuseWhileHeld(state.storage, state.connections, state.consent, context),
      );
    },
  }),
};
