import { Failure } from "../../../config/failure/failure.js";
import { defineProvider } from "../../kit/define-provider.js";
import { told } from "../../kit/outputs.js";
import type { Context } from "../../kit/runtime.js";
import { ask } from "../../transport/pvesh/ask.js";
import { APPLY, FABRIC_LOOKS, fabricFacts, failedReloads, stepParts } from "../fabric-calls.js";
import { type Fabric, type FabricFacts, type FabricStep, planFabric } from "../fabrics.js";
import { type FabricInputs, fabricInputs, fabricOutputs } from "./schema.js";

/** Every member reloads its network, one after the other, each through a shell of its own. */
const APPLY_MS = 240_000;

interface Facts extends FabricFacts {
  /** Somebody's edits of this fabric, perhaps of an earlier run, wait for their application. */
  readonly unfinished: boolean;
}

export const sdnFabric = defineProvider<FabricInputs, FabricInputs, Facts, FabricStep>({
  kind: "sdn/fabric",
  schemaVersion: 1,
  inputs: fabricInputs,
  state: fabricInputs,
  identity: ["cluster", "fabric", "protocol"],
  deadlineMs: 600_000,
  subject: ({ fabric, cluster }) => `fabric ${fabric} of cluster ${cluster}`,
  id: ({ cluster, fabric }) => `${cluster}/${fabric}`,
  remember: (inputs) => inputs,
  observe,
  plan: (wanted, facts, before) => {
    const id = wanted?.fabric ?? before?.fabric;
    return id === undefined ? [] : planFabric(id, fabricOf(wanted), facts);
  },
  async apply(changes, state, context) {
    const facts = await observe(state, context);
    const host = context.host(state.connection);
    const parts = stepParts(
      changes.map(({ step }) => step),
      facts.unfinished,
    );
    const said = await ask(host, parts, {
      verb: `write and apply fabric ${state.fabric}`,
      timeoutMs: APPLY_MS,
      tried: `to write fabric ${state.fabric}`,
      doNext:
        "Pending edits of somebody else are never applied along: apply or roll them back under Datacenter > SDN. A lock that nobody holds any more goes by `pvesh delete /cluster/sdn/lock --force 1`. Then run `pulumi up` again.",
    });
    const failed = parts.includes(APPLY) ? failedReloads(said.of(APPLY).log) : [];
    if (failed.length > 0) {
      throw new Failure("failed", {
        tried: `applying fabric ${state.fabric}`,
        where: host.node,
        cameBack: `Proxmox calls the task a success, and its log says: ${failed.join("; ")}`,
        doNext:
          "Look at the task `srvreload` of the named node and at `ifreload -a` there, then run `pulumi up` again.",
      });
    }
  },
  outputs: told(fabricOutputs, ({ running }, { fabric }) => ({
    running: (running.find(({ id }) => id === fabric)?.nodes ?? []).map(({ node }) => node).sort(),
  })),
  gone: ({ configured, running }, { fabric }) =>
    [...configured, ...running].every(({ id }) => id !== fabric),
});

async function observe(state: FabricInputs, context: Context): Promise<Facts> {
  const said = await ask(context.host(state.connection), FABRIC_LOOKS, {
    verb: "read the fabrics",
    timeoutMs: 60_000,
    tried: "to read the fabrics",
    doNext:
      "Fabrics need Proxmox VE 9: look at `pvesh get /cluster/sdn/fabrics/all` there, then run `pulumi up` again.",
  });
  const facts = fabricFacts(said);
  const text = (all: readonly Fabric[]): string =>
    JSON.stringify(all.find(({ id }) => id === state.fabric) ?? null);
  return { ...facts, unfinished: text(facts.configured) !== text(facts.running) };
}

function fabricOf(inputs: FabricInputs | undefined): Fabric | undefined {
  if (inputs === undefined) {
    return undefined;
  }
  const { fabric, protocol, options, nodes } = inputs;
  return { id: fabric, protocol, options, nodes };
}
