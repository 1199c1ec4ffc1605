import { expectSuccess } from "../../host/shell.js";
import { defineProvider } from "../../kit/define-provider.js";
import { told } from "../../kit/outputs.js";
import type { Context } from "../../kit/runtime.js";
import {
  type DatacenterOptions,
  joinParts,
  type OptionChange,
  parseDatacenterCfg,
  partsOf,
  planOptions,
  READ_SCRIPT,
  writeScript,
} from "../datacenter-cfg.js";
import { type OptionsInputs, optionsInputs, optionsOutputs } from "./schema.js";

const TIMEOUT_MS = 30_000;

/** Options of the whole cluster, key by key: what others set stays. */
export const datacenterOptions = defineProvider<
  OptionsInputs,
  OptionsInputs,
  DatacenterOptions,
  OptionChange
>({
  kind: "datacenter/options",
  schemaVersion: 1,
  inputs: optionsInputs,
  state: optionsInputs,
  identity: ["cluster"],
  deadlineMs: 120_000,
  subject: ({ cluster }) => `options of cluster ${cluster}`,
  id: ({ cluster }) => `${cluster}/options`,
  remember: (inputs) => inputs,
  observe,
  plan: (wanted, facts, before) =>
    planOptions(parsed(wanted), facts, parsed(before)).map((change) => ({
      kind: change.kind,
      path: change.key,
      from: change.from,
      to: change.to ?? "absent",
      step: change,
    })),
  apply: async (changes, state, context) => {
    const host = context.host(state.connection);
    const result = await host.run(writeScript(changes.map(({ step }) => step)), {
      timeoutMs: TIMEOUT_MS,
      repeatable: true,
      verb: "set the cluster's options",
    });
    expectSuccess(result, {
      tried: "setting the cluster's options",
      node: host.node,
      doNext:
        "Without quorum nothing can be written: look at `pvecm status` there, then run `pulumi up` again.",
    });
  },
  outputs: told(optionsOutputs, (facts, { options }) => ({
    current: Object.fromEntries(
      Object.keys(options).map((key) => [key, joinParts(facts[key] ?? {})]),
    ),
  })),
});

async function observe(state: OptionsInputs, context: Context): Promise<DatacenterOptions> {
  const host = context.host(state.connection);
  const result = await host.run(READ_SCRIPT, {
    timeoutMs: TIMEOUT_MS,
    repeatable: true,
    verb: "read the cluster's options",
  });
  return parseDatacenterCfg(result.stdout);
}

function parsed(state: OptionsInputs | undefined): DatacenterOptions {
  return Object.fromEntries(
    Object.entries(state?.options ?? {}).map(([key, value]) => [key, partsOf(key, value)]),
  );
}
