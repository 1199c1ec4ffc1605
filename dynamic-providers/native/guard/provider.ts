import { z } from "zod";
import { defineProvider, type ProviderKind } from "../../kit/define-provider.js";
import { readKept } from "../../kit/kept-state.js";
import { inOperation } from "../../kit/operation.js";
import { recordsOnly } from "../../kit/records-only.js";
import { toStruct } from "../../kit/struct.js";
import { refuseRemovalWhileHeld } from "../leaving.js";
import { titleOf } from "../native-schema.js";
import { storageVersion1 } from "../roster/version-1-schema.js";
import { type NativeGuardInputs, nativeGuardInputs } from "./schema.js";

const version1 = z.looseObject({ storage: storageVersion1 });

const definition = recordsOnly<NativeGuardInputs, NativeGuardInputs>({
  kind: "native/guard",
  schemaVersion: 2,
  migrations: {
    1: (props) => {
      const { storage: native, ...rest } = version1.parse(props);
      return toStruct({ ...rest, native });
    },
  },
  inputs: nativeGuardInputs,
  state: nativeGuardInputs,
  identity: ["definition"],
  deadlineMs: 120_000,
  subject: ({ native }) => `the guard of ${titleOf(native)}`,
  id: ({ native }) => native.name,
  remember: (inputs) => inputs,
});

const ordinary = defineProvider(definition);

/**
 * The engine removes what depends on a native before the native, so a guard that refuses to go keeps it. It owns nothing, and asks no
 * host before the day it goes.
 */
export const nativeGuard: ProviderKind = {
  ...ordinary,
  serve: (runtime) => ({
    ...ordinary.serve(runtime),
    delete: async (_id, props) => {
      const { state } = readKept(definition, props);
      await inOperation(definition, state, runtime, (context) =>
        refuseRemovalWhileHeld(state.native, state.connections, state.consent, context),
      );
    },
  }),
};
