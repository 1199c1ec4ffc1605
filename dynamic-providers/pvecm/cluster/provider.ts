import { Failure } from "../../../config/failure/failure.js";
import { defineProvider } from "../../kit/define-provider.js";
import { told } from "../../kit/outputs.js";
import { identityOf, type MembershipFacts } from "../../membership/facts.js";
import { observe, observeOnce } from "../../membership/observe.js";
import { sentence } from "../../shell/shell.js";
import { decideFound, type FoundWish, found, requireNoSuchCluster } from "../found.js";
import {
  type ClusterInputs,
  type ClusterState,
  clusterInputs,
  clusterOutputs,
  clusterState,
} from "./schema.js";

export const corosyncCluster = defineProvider<
  ClusterInputs,
  ClusterState,
  MembershipFacts,
  "found"
>({
  kind: "pvecm/cluster",
  schemaVersion: 1,
  inputs: clusterInputs,
  state: clusterState,
  // Another name would be another cluster; `plan` refuses it instead of replacing what holds the data.
  identity: [],
  deadlineMs: 300_000,
  subject: (state) => `the cluster ${state.cluster} on ${state.founder.node}`,
  id: (inputs) => inputs.cluster,
  remember: ({ others: _others, ...state }) => state,
  observe(state, context, inputs) {
    const founder = context.host(state.founder.connection);
    return inputs === undefined ? observeOnce(founder) : observe(founder, [state.founder.node]);
  },
  plan(wanted, facts, before) {
    if (wanted === undefined) {
      // A cluster cannot be taken apart from outside: its nodes are reinstalled. The program only forgets it.
      return [];
    }
    const decision = decideFound(wishOf(wanted), facts);
    switch (decision.kind) {
      case "same":
        return [];
      case "refuse":
        throw new Failure("refused", {
          tried: `founding the cluster ${wanted.cluster}`,
          where: wanted.founder.node,
          cameBack: `refused: ${decision.why}`,
          doNext: sentence(decision.fix),
        });
      case "wait":
      case "create":
        return before === undefined || decision.kind === "create"
          ? [
              {
                kind: "add",
                path: "cluster",
                from: "absent",
                to: wanted.cluster,
                step: "found",
              },
            ]
          : [];
    }
  },
  async apply(_changes, state, context, inputs) {
    const others = await Promise.all(
      (inputs?.others ?? []).map(({ connection }) => observe(context.host(connection), [])),
    );
    requireNoSuchCluster(wishOf(state), others);
    await found(wishOf(state), context.host(state.founder.connection), {
      deadlineMs: state.quorumDeadlineMs,
      clock: context.clock,
    });
    context.host(state.founder.connection).forget();
  },
  outputs: told(clusterOutputs, (facts) => ({
    members: facts.conf?.nodes.map(({ name }) => name) ?? [],
    ...identityOf(facts),
  })),
  gone: (facts) => facts.conf === undefined,
});

function wishOf(state: ClusterState): FoundWish {
  const { founder } = state;
  return {
    cluster: state.cluster,
    node: founder.node,
    address: state.address,
    nodeid: state.nodeid,
    votes: founder.votes,
    links: founder.links,
    tokenCoefficient: state.tokenCoefficient,
  };
}
