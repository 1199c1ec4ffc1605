import { randomUUID } from "node:crypto";
import { Failure } from "../../../config/failure/failure.js";
import { consentTo } from "../../../config/plan/consents.js";
import { defineProvider } from "../../kit/define-provider.js";
import { told } from "../../kit/outputs.js";
import type { Context } from "../../kit/runtime.js";
import { identityOf, type MembershipFacts } from "../../membership/facts.js";
import { observeOnce } from "../../membership/observe.js";
import { sentence } from "../../shell/shell.js";
import { inspectJoin, join } from "../join.js";
import { decideJoin, type JoinDecision, type JoinWish } from "../join-decision.js";
import type { JoinHosts } from "../join-hosts.js";
import { addressesByLink } from "../vocabulary.js";
import {
  type MemberInputs,
  type MemberState,
  memberInputs,
  memberOutputs,
  memberState,
} from "./schema.js";

interface MemberFacts {
  readonly decision: JoinDecision;
  readonly joiner: MembershipFacts;
}

export const corosyncMember = defineProvider<MemberInputs, MemberState, MemberFacts, "join">({
  kind: "pvecm/member",
  schemaVersion: 1,
  inputs: memberInputs,
  state: memberState,
  identity: [],
  deadlineMs: 900_000,
  subject: (state) => `${state.joiner.node} as a member of ${state.cluster}`,
  id: (inputs) => `${inputs.cluster}/${inputs.joiner.node}`,
  // A consent is for one occasion; when its line goes, nothing has changed.
  remember: ({ declared: _declared, ...inputs }) => ({ ...inputs, consent: {} }),
  // A replacement that was begun is finished by the next run, which must not take it for the machine that was there before.
  merge: (_before, wanted) => wanted,
  observe: (state, context, inputs) =>
    inputs === undefined
      ? lookAtMember(state, context)
      : inspectJoin(wishOf(state), hostsOf(state, context)),
  plan(wanted, { decision }) {
    if (wanted === undefined || decision.kind === "member") {
      // Leaving a node out of the file never removes it; `pvecm/removal` does, by consent.
      return [];
    }
    if (decision.kind === "refuse") {
      throw new Failure("refused", {
        tried: `joining ${wanted.joiner.node} to ${wanted.cluster}`,
        where: wanted.joiner.node,
        cameBack: `refused: ${decision.why}`,
        doNext: sentence(decision.fix),
      });
    }
    return [
      {
        kind: "add",
        path: `members["${wanted.joiner.node}"]`,
        from: describe(decision),
        to: `member with id ${wanted.nodeid}, ${wanted.joiner.votes} vote(s)`,
        ...(decision.kind === "replace" ? { consent: consentTo.node(wanted.joiner.node) } : {}),
        step: "join",
      },
    ];
  },
  async apply(_changes, state, context, inputs) {
    await join(wishOf(state), hostsOf(state, context), {
      deadlineMs: state.joinDeadlineMs,
      firstUdpPort: state.udpPort,
      nonce: randomUUID,
      clock: context.clock,
      say: (line) => context.log.say(line),
      replacement: {
        declared: inputs?.declared ?? false,
        consent: inputs?.consent ?? {},
      },
    });
    for (const { connection } of [state.joiner, ...state.members]) {
      context.host(connection).forget();
    }
  },
  outputs: told(memberOutputs, ({ joiner }) => ({
    quorate: joiner.quorate,
    ...identityOf(joiner),
  })),
  gone: ({ joiner }) => joiner.conf === undefined,
});

/** For a refresh, in which nobody joins. */
async function lookAtMember(state: MemberState, context: Context): Promise<MemberFacts> {
  const [joiner, peer] = await Promise.all([
    observeOnce(context.host(state.joiner.connection)),
    observeOnce(context.host(firstOf(state.members).connection)),
  ]);
  return { joiner, decision: decideJoin(wishOf(state), joiner, peer) };
}

function describe(decision: JoinDecision): string {
  switch (decision.kind) {
    case "join":
      return "no member";
    case "wait":
      return "joining already";
    case "finish":
      return "member without certificates";
    case "clean-then-join":
      return decision.why;
    case "replace":
      return "another machine of this name, which leaves the cluster";
    case "member":
      return "member";
    case "refuse":
      return decision.why;
  }
}

function wishOf(state: MemberState): JoinWish {
  return {
    cluster: state.cluster,
    node: state.joiner.node,
    nodeid: state.nodeid,
    votes: state.joiner.votes,
    address: state.address,
    links: addressesByLink(state.joiner.links),
    clockToleranceMs: state.clockToleranceMs,
  };
}

function hostsOf(state: MemberState, context: Context): JoinHosts {
  const members = state.members.map((one) => ({
    shell: context.host(one.connection),
    links: addressesByLink(one.links),
  }));
  return {
    joiner: context.host(state.joiner.connection),
    peer: firstOf(members).shell,
    peerAddress: state.peerAddress,
    members,
  };
}

function firstOf<Member>([first]: readonly Member[]): Member {
  if (first === undefined) {
    throw new Error("a joining node needs a member to join through");
  }
  return first;
}
