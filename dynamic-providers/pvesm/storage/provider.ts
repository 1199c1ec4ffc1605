import { Failure } from "../../../config/failure/failure.js";
import { stays } from "../../../config/plan/ceph-stays.js";
import { isOfCeph } from "../../../config/plan/storage-kinds.js";
import { defineProvider } from "../../kit/define-provider.js";
import { told } from "../../kit/outputs.js";
import type { Context } from "../../kit/runtime.js";
import { announceTakingOver } from "../../kit/taking-over.js";
import { refuseRemovalWhileHeld } from "../../native/leaving.js";
import { endOfOutput } from "../../shell/shell.js";
import { ask } from "../../transport/pvesh/ask.js";
import { STORAGES, type StorageFacts } from "../definition.js";
import {
  addScript,
  comparison,
  removeScript,
  type SecretSteps,
  type SecretValues,
  secretLines,
  setScript,
} from "../definition-scripts.js";
import { planDefinition, planStorage, type StorageStep, wishOf } from "./plan.js";
import { type StorageInputs, storageInputs, storageOutputs } from "./schema.js";

const LOOK = {
  timeoutMs: 30_000,
  tried: "to read the storages",
  doNext: "Look at `pvesh get /storage` there, then run `pulumi up` again.",
};
/** Proxmox asks the server before it defines a storage on it. */
const CHANGE_MS = 120_000;

/** A storage whose secrets stay references, or whose options the native provider does not have. */
export const storageDefinition = defineProvider<
  StorageInputs,
  StorageInputs,
  StorageFacts,
  StorageStep
>({
  kind: "pvesm/storage",
  schemaVersion: 1,
  inputs: storageInputs,
  state: storageInputs,
  identity: ["cluster", "storage", "type", "fixed"],
  deadlineMs: 300_000,
  subject: ({ storage }) => `storage ${storage}`,
  id: ({ storage }) => storage,
  remember: (inputs) => inputs,
  observe,
  plan: planStorage,
  foresee,
  async apply(changes, state, context, inputs) {
    const steps = changes.map(({ step }) => step);
    if (steps.some((step) => step.do === "remove")) {
      const { storage: name, place, shared, nodes, connections, consent } = state;
      const native = { kind: "storage", name, place, shared, nodes } as const;
      await refuseRemovalWhileHeld(native, connections, consent, context);
      await change("removing", removeScript(name), state, context, {});
      return;
    }
    const values = inputs === undefined ? {} : await secretsOf(inputs, context);
    const added = steps.some((step) => step.do === "add");
    const secrets: SecretSteps = {
      password: added ? values.password !== undefined : has(steps, "password"),
      encryptionKey: added ? values.encryptionKey !== undefined : has(steps, "key"),
    };
    const script = added
      ? addScript(wishOf(state), secrets)
      : setScript(state.storage, ...optionsOf(steps), secrets);
    await change(added ? "defining" : "changing", script, state, context, values);
  },
  forgotten: ({ found }, { storage, type }) =>
    found !== undefined && isOfCeph(type) ? stays.storage(storage) : undefined,
  outputs: told(storageOutputs, ({ found }) => ({ found: found?.type ?? "absent" })),
  gone: ({ found }) => found === undefined,
});

/** As long as the state does not have it. One look serves all storages; who does not answer is asked again by the work itself. */
async function foresee(
  before: StorageInputs | undefined,
  wanted: StorageInputs,
  context: Context,
): Promise<void> {
  if (before !== undefined) {
    return;
  }
  const host = context.host(wanted.connection);
  const storages = await host
    .once("storages", async () => {
      const said = await ask(host, [STORAGES], {
        ...LOOK,
        verb: "look which storages are there",
      });
      return said.of(STORAGES);
    })
    .catch(() => []);
  const found = storages.find((one) => one.storage === wanted.storage);
  if (found !== undefined) {
    const changes = planDefinition(wishOf(wanted), found, {});
    announceTakingOver(`storage ${wanted.storage}`, changes, wanted, context);
  }
}

async function observe(
  state: StorageInputs,
  context: Context,
  inputs: StorageInputs | undefined,
): Promise<StorageFacts> {
  const values = inputs === undefined ? {} : await secretsOf(inputs, context);
  const secrets = comparison(wishOf(state));
  const said = await ask(context.host(state.connection), [STORAGES, secrets], {
    ...LOOK,
    verb: `look at storage ${state.storage}`,
    stdin: secretLines(values),
  });
  return {
    found: said.of(STORAGES).find((one) => one.storage === state.storage),
    ...said.of(secrets),
  };
}

async function change(
  doing: string,
  script: string,
  { storage, connection }: StorageInputs,
  context: Context,
  values: SecretValues,
): Promise<void> {
  const host = context.host(connection);
  const result = await host.run(script, {
    timeoutMs: CHANGE_MS,
    repeatable: false,
    verb: `${doing} storage ${storage}`,
    stdin: secretLines(values),
  });
  if (result.status !== 0) {
    throw new Failure("failed", {
      tried: `${doing} storage ${storage}`,
      where: host.node,
      cameBack: endOfOutput(result),
      doNext:
        "Proxmox asks the server first: check that it answers, that user, password and fingerprint are right and that the datastore or share exists; then run `pulumi up` again.",
    });
  }
}

async function secretsOf(
  { password, encryptionKey }: StorageInputs,
  context: Context,
): Promise<SecretValues> {
  const [word, key] = await Promise.all([
    password === undefined ? undefined : context.secret(password),
    encryptionKey === undefined ? undefined : context.secret(encryptionKey),
  ]);
  return { password: word?.reveal(), encryptionKey: key?.reveal() };
}

function has(steps: readonly StorageStep[], what: StorageStep["do"]): boolean {
  return steps.some((step) => step.do === what);
}

/** Options to set, and options to drop. */
function optionsOf(steps: readonly StorageStep[]): [Record<string, string>, string[]] {
  const set = steps.flatMap((step) => (step.do === "set" ? [step] : []));
  return [
    Object.fromEntries(
      set.flatMap(({ key, value }) => (value === undefined ? [] : [[key, value]])),
    ),
    set.flatMap(({ key, value }) => (value === undefined ? [key] : [])),
  ];
}
