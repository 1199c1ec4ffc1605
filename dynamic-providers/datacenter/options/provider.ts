import { defineProvider } from "../../kit/define-provider.js";
import { told } from "../../kit/outputs.js";
import type { Context } from "../../kit/runtime.js";
import { ask } from "../../transport/pvesh/ask.js";
import {
  type DatacenterOptions,
  joinParts,
  OPTIONS,
  type OptionChange,
  partsOf,
  planOptions,
  writeCall,
} from "../datacenter-cfg.js";
import { type OptionsInputs, optionsInputs, optionsOutputs } from "./schema.js";

const TIMEOUT_MS = 60_000;

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
    await ask(host, [writeCall(changes.map(({ step }) => step))], {
      verb: "set the cluster's options",
      timeoutMs: TIMEOUT_MS,
      repeatable: true,
      tried: "to set the cluster's options",
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
  const said = await ask(context.host(state.connection), [OPTIONS], {
    verb: "read the cluster's options",
    timeoutMs: TIMEOUT_MS,
    tried: "to read the cluster's options",
    doNext: "Check that /etc/pve is mounted there (`systemctl status pve-cluster`), then repeat.",
  });
  return said.of(OPTIONS);
}

function parsed(state: OptionsInputs | undefined): DatacenterOptions {
  return Object.fromEntries(
    Object.entries(state?.options ?? {}).map(([key, value]) => [key, partsOf(key, value)]),
  );
}
