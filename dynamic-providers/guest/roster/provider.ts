import { tellConsent } from "../../kit/consent-of-run.js";
import { defineProvider } from "../../kit/define-provider.js";
import { recordsOnly } from "../../kit/records-only.js";
import { refusedLeaving } from "../leaving.js";
import { type GuestRosterInputs, guestRosterInputs } from "./schema.js";

/** Asks no host anything. What may be removed, it tells the removals of the same run, because those know the past alone. */
export const guestRoster = defineProvider(
  recordsOnly<GuestRosterInputs, GuestRosterInputs>({
    kind: "guest/roster",
    schemaVersion: 1,
    inputs: guestRosterInputs,
    state: guestRosterInputs,
    identity: [],
    deadlineMs: 60_000,
    subject: ({ cluster }) => `the list of guests of ${cluster}`,
    id: ({ cluster }) => `${cluster}/guests`,
    // A consent is for one occasion; when its line goes, nothing has changed.
    remember: (inputs) => ({ ...inputs, consent: {} }),
    veto: refusedLeaving,
    foresee: (_before, { consent }, context) => {
      tellConsent(context, consent);
      return Promise.resolve();
    },
  }),
);
