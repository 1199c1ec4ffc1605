import { stays } from "../../../config/plan/ceph-stays.js";
import { defineProvider } from "../../kit/define-provider.js";
import { ask } from "../../transport/pvesh/ask.js";
import { tellAll, tellCeph } from "../ceph-command.js";
import { OF_CLUSTER, seenBy } from "../shared-looks.js";
import { planCrushRule } from "./plan.js";
import { type CrushRuleInputs, crushRuleInputs } from "./schema.js";
import { RULES } from "./sight.js";

const DO_NEXT =
  "Look at `ceph osd crush rule dump` and `ceph osd crush tree --show-shadow` there, then run `pulumi up` again.";

/** A rule by which pools lie in different places, or on disks of one class. Proxmox shows such rules and makes none. */
export const crushRule = defineProvider<
  CrushRuleInputs,
  CrushRuleInputs,
  ReturnType<typeof RULES.read>[number] | undefined,
  "create"
>({
  kind: "pveceph/crush-rule",
  schemaVersion: 1,
  inputs: crushRuleInputs,
  state: crushRuleInputs,
  identity: ["rule"],
  deadlineMs: 180_000,
  foundFirst: true,
  subject: ({ rule }) => `the CRUSH rule ${rule}`,
  id: ({ cluster, rule }) => `${cluster}/${rule}`,
  remember: (inputs) => inputs,
  async observe({ connection, rule }, context) {
    const said = await ask(seenBy(context, connection, OF_CLUSTER), [RULES], {
      verb: "look at the CRUSH rules",
      timeoutMs: 120_000,
      tried: "to look at the CRUSH rules",
      doNext: DO_NEXT,
    });
    return said.of(RULES).find(({ rule_name }) => rule_name === rule);
  },
  plan: planCrushRule,
  async apply(_changes, wanted, context) {
    const { connection, rule, failureDomain, class: deviceClass = [] } = wanted;
    // Given twice it changes nothing: Ceph leaves a rule of that name as it is.
    const create = tellCeph(
      ...["osd", "crush", "rule", "create-replicated", rule, "default", failureDomain],
      ...[deviceClass].flat(),
    );
    await tellAll(context.host(connection), [create], {
      verb: `make the CRUSH rule ${rule}`,
      doNext: DO_NEXT,
    });
  },
  forgotten: (found, { rule }) => (found === undefined ? undefined : stays.rule(rule)),
  gone: (found) => found === undefined,
});
