import { consentTo } from "../../../config/plan/consents.js";
import { defineProvider } from "../../kit/define-provider.js";
import { told } from "../../kit/outputs.js";
import type { MembershipFacts } from "../../membership/facts.js";
import { observe } from "../../membership/observe.js";
import { leaveCeph } from "../../pveceph/host-leaves.js";
import { remove } from "../remove.js";
import { seeOff } from "../see-off.js";
import { type RemovalInputs, removalInputs, removalOutputs } from "./schema.js";

export const corosyncRemoval = defineProvider<
  RemovalInputs,
  RemovalInputs,
  MembershipFacts,
  "remove"
>({
  kind: "pvecm/removal",
  schemaVersion: 1,
  inputs: removalInputs,
  state: removalInputs,
  identity: ["node"],
  // Ceph may have to copy first what the node held.
  deadlineMs: 900_000,
  subject: (state) => `the removal of ${state.node} from ${state.cluster}`,
  id: (inputs) => `${inputs.cluster}/removed/${inputs.node}`,
  remember: (inputs) => inputs,
  observe: (state, context) => observe(context.host(state.peer.connection), []),
  plan(wanted, facts) {
    const there =
      wanted !== undefined &&
      (facts.conf?.nodes.some(({ name }) => name === wanted.node) === true ||
        facts.certified.includes(wanted.node));
    return wanted === undefined || !there
      ? []
      : [
          {
            // Being gone is what is added; the consent is what allows it.
            kind: "add",
            path: `members["${wanted.node}"]`,
            from: "member",
            to: "removed",
            consent: consentTo.node(wanted.node),
            step: "remove",
          },
        ];
  },
  async apply(_changes, state, context) {
    const peer = context.host(state.peer.connection);
    await remove(
      {
        cluster: state.cluster,
        node: state.node,
        letGo: () => leaveCeph(state.node, peer, context),
      },
      peer,
      (leaving, member) =>
        seeOff(
          // What the file said of its device has left with it; the fencers still know it.
          { node: state.node, declared: false, consent: state.consent },
          { member, addresses: Object.values(leaving.links) },
          [peer],
          { clock: context.clock, say: (line) => context.log.say(line) },
        ),
      { deadlineMs: state.deadlineMs, clock: context.clock },
    );
  },
  outputs: told(removalOutputs, (facts) => ({
    members: facts.conf?.nodes.map(({ name }) => name) ?? [],
  })),
});
