import { defineProvider } from "../../kit/define-provider.js";
import { UserError } from "../../transport/base/user-error.js";
import { type RosterInputs, rosterInputs } from "./schema.js";

/** Asks no host anything: what is recorded of the last run is enough to see that a node is missing, in a preview too. */
export const corosyncRoster = defineProvider<
  RosterInputs,
  RosterInputs,
  Readonly<Record<string, never>>,
  never
>({
  kind: "pvecm/roster",
  schemaVersion: 1,
  inputs: rosterInputs,
  state: rosterInputs,
  identity: [],
  deadlineMs: 60_000,
  subject: (state) => `the list of nodes of ${state.cluster}`,
  id: (inputs) => `${inputs.cluster}/roster`,
  remember: (inputs) => inputs,
  observe: () => Promise.resolve({}),
  plan: () => [],
  veto(before, wanted, nowMs) {
    const today = new Date(nowMs).toISOString().slice(0, 10);
    const gone = before.nodes.filter((node) => !wanted.nodes.includes(node));
    const refused = gone.filter((node) => !((wanted.consent[`node.${node}`] ?? "") >= today));
    const [first] = refused;
    if (first === undefined) {
      return undefined;
    }
    const names = refused.join(", ");
    const ended = wanted.consent[`node.${first}`];
    return new UserError({
      tried: `to take ${names} out of ${wanted.cluster}`,
      where: "",
      cameBack: `refused, nothing was changed: the stack file no longer has ${names}, and ${
        ended === undefined
          ? "leaving a node out does not remove it from the cluster"
          : `the consent to that ended on ${ended}`
      }`,
      doNext: `If it shall leave for good, move its guests away, switch it off, and write \`consent: {"node.${first}": <last day, as ${today}>}\`; otherwise put it back. A node that never joined goes the same way, and nothing is done to it.`,
    });
  },
  apply: () => Promise.resolve(),
  outputs: () => ({}),
});
