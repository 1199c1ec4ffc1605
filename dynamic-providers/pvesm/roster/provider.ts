import { defineProvider } from "../../kit/define-provider.js";
import { tellConsent } from "../consent-of-run.js";
import { leavingStorages, seeHoldings } from "../leaving.js";
import { refusedRemoval } from "../removal.js";
import { type StorageRosterInputs, storageRosterInputs } from "./schema.js";

/**
 * Asks no host anything as long as every storage stays where it is. When one is to go or to move, the cluster is asked what
 * it holds before anything is touched, in a preview too.
 */
export const storageRoster = defineProvider<
  StorageRosterInputs,
  StorageRosterInputs,
  Readonly<Record<string, never>>,
  never
>({
  kind: "pvesm/roster",
  schemaVersion: 1,
  inputs: storageRosterInputs,
  state: storageRosterInputs,
  identity: [],
  deadlineMs: 120_000,
  subject: (state) => `the list of storages of ${state.cluster}`,
  id: (inputs) => `${inputs.cluster}/storages`,
  remember: (inputs) => inputs,
  observe: () => Promise.resolve({}),
  plan: () => [],
  async foresee(before, wanted, context) {
    tellConsent(context, wanted.consent);
    const leaving = leavingStorages(before?.storages ?? [], wanted.storages);
    if (leaving.length === 0) {
      return;
    }
    const held = await seeHoldings(
      leaving.map(({ storage }) => storage),
      wanted.connections,
      context,
    );
    for (const { storage, becomes } of leaving) {
      const refused = refusedRemoval(
        { ...storage, becomes },
        held(storage.id),
        wanted.consent,
        context.clock.now(),
      );
      if (refused !== undefined) {
        throw refused;
      }
    }
  },
  apply: () => Promise.resolve(),
  outputs: () => ({}),
});
