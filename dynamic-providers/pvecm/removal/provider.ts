import type { HostShell } from "../../host/shell.js";
import { defineProvider } from "../../kit/define-provider.js";
import type { MembershipFacts } from "../membership-facts.js";
import { observe } from "../observe.js";
import { remove } from "../remove.js";
import { type RemovalInputs, removalInputs } from "./schema.js";

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
  deadlineMs: 300_000,
  subject: (state) => `the removal of ${state.node} from ${state.cluster}`,
  id: (inputs) => `${inputs.cluster}/removed/${inputs.node}`,
  remember: (inputs) => inputs,
  observe: (state, context) => observe(context.host(state.peer.connection), []),
  plan(wanted, facts) {
    const listed = facts.conf?.nodes.some(({ name }) => name === wanted?.node) === true;
    return wanted === undefined || !listed
      ? []
      : [
          {
            // Being gone is what is added; the consent is what allows it.
            kind: "add",
            path: `members["${wanted.node}"]`,
            from: "member",
            to: "removed",
            consent: `node.${wanted.node}`,
            step: "remove",
          },
        ];
  },
  async apply(_changes, state, context) {
    const peer = context.host(state.peer.connection);
    await remove(
      { cluster: state.cluster, node: state.node },
      peer,
      (addresses) => answers(peer, addresses),
      { deadlineMs: state.deadlineMs, clock: context.clock },
    );
  },
  outputs: (facts) => ({ members: facts.conf?.nodes.map(({ name }) => name) ?? [] }),
});

/** Whether the leaving node still answers its peer; it must be off, because it would go on believing to be a member. */
async function answers(peer: HostShell, addresses: readonly string[]): Promise<boolean> {
  const pings = addresses.map(
    (address) => `ping -n -q -c 3 -i 0.3 -W 1 ${address} >/dev/null 2>&1`,
  );
  const result = await peer.run(pings.join(" || ") || "false", {
    timeoutMs: 30_000,
    repeatable: true,
    verb: "see whether the leaving node is off",
  });
  return result.status === 0;
}
