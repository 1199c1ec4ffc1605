import { Failure } from "../../../config/failure/failure.js";
import { defineProvider } from "../../kit/define-provider.js";
import { told } from "../../kit/outputs.js";
import type { MembershipFacts } from "../../membership/facts.js";
import { observe, observeOnce } from "../../membership/observe.js";
import { changeLinks, describeStep } from "../change-links.js";
import { type LinkStep, planLinks, type WantedLinks } from "../link-change.js";
import { addressesByLink } from "../vocabulary.js";
import { type LinksInputs, linksInputs, linksOutputs } from "./schema.js";

export const corosyncLinks = defineProvider<LinksInputs, LinksInputs, MembershipFacts, LinkStep>({
  kind: "pvecm/links",
  schemaVersion: 1,
  inputs: linksInputs,
  state: linksInputs,
  identity: [],
  deadlineMs: 900_000,
  subject: (state) => `the links of ${state.cluster}`,
  id: (inputs) => `${inputs.cluster}/links`,
  remember: (inputs) => inputs,
  observe: (state, context, inputs) => {
    const [first] = state.members;
    if (first === undefined) {
      throw new Error("a cluster without members has no links");
    }
    const host = context.host(first.connection);
    return inputs === undefined ? observeOnce(host) : observe(host, []);
  },
  plan(wanted, facts) {
    if (wanted === undefined) {
      return [];
    }
    if (facts.conf === undefined) {
      throw new Failure("failed", {
        tried: `reading the links of ${wanted.cluster}`,
        where: facts.hostName,
        cameBack: "it is in no cluster",
        doNext: "Run `pulumi up` again; the cluster is founded first.",
      });
    }
    const plan = planLinks(facts.conf, wantedOf(wanted));
    switch (plan.kind) {
      case "same":
        return [];
      case "refuse":
        throw new Failure("refused", {
          tried: `changing the links of ${wanted.cluster}`,
          where: facts.hostName,
          cameBack: `refused: ${plan.why}`,
          doNext:
            "Put the node back into the stack file, or consent to its removal there with `node.<name>` and a date; nothing was changed.",
        });
      case "steps":
        return plan.steps.map((step) => ({
          kind:
            step.kind === "add-link" ? "add" : step.kind === "remove-link" ? "remove" : "change",
          path: "link" in step ? `links[${step.link}]` : step.kind,
          from: step.kind === "add-link" ? "absent" : "present",
          to: describeStep(step),
          step,
        }));
    }
  },
  async apply(_changes, state, context) {
    const shells = state.members.map(({ connection }) => context.host(connection));
    await changeLinks(wantedOf(state), shells, {
      deadlineMs: state.stepDeadlineMs,
      clock: context.clock,
    });
  },
  outputs: told(linksOutputs, (facts) => ({
    configVersion: facts.conf?.configVersion ?? 0,
    corosyncConf: Buffer.from(facts.confText.trim()).toString("base64"),
  })),
  gone: (facts) => facts.conf === undefined,
});

function wantedOf(state: LinksInputs): WantedLinks {
  return {
    addresses: Object.fromEntries(
      state.members.map((member) => [member.node, addressesByLink(member.links)]),
    ),
    priorities: Object.fromEntries(
      state.members.flatMap((member) => member.links.map(({ link, priority }) => [link, priority])),
    ),
    prioritiesNamed: state.prioritiesNamed,
    totem: state.totem,
  };
}
