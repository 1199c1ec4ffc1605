import { defineProvider } from "../../kit/define-provider.js";
import { recordsOnly } from "../../kit/records-only.js";
import { refusedKind } from "./other-kind.js";
import { refusedRename } from "./renamed.js";
import { type CephRosterInputs, cephRosterInputs } from "./schema.js";

/** Asks no host anything: a new name, or another kind, is told by what the run before wanted. */
export const cephRoster = defineProvider(
  recordsOnly<CephRosterInputs, CephRosterInputs>({
    kind: "pveceph/roster",
    schemaVersion: 1,
    inputs: cephRosterInputs,
    state: cephRosterInputs,
    identity: [],
    deadlineMs: 60_000,
    subject: ({ cluster }) => `the list of pools and file systems of ${cluster}`,
    id: ({ cluster }) => `${cluster}/ceph`,
    // A consent is for one occasion; when its line goes, nothing has changed.
    remember: (inputs) => ({ ...inputs, consent: {} }),
    veto: (before, wanted, nowMs) =>
      refusedRename(before, wanted, nowMs) ?? refusedKind(before, wanted),
  }),
);
