import { Failure } from "../../../config/failure/failure.js";
import { defineProvider } from "../../kit/define-provider.js";
import type { Context } from "../../kit/runtime.js";
import { accountApi } from "../../pveum/account-api.js";
import type { Parameters } from "../../transport/pve-api/api.js";
import { ask } from "../../transport/pvesh/ask.js";
import { getIfThere, tell } from "../../transport/pvesh/calls.js";
import { keysAndValues } from "../api-object.js";
import { comparison, secretLines, targetPath } from "../kept-secrets.js";
import { apiKeys, encoded, planTarget, type TargetFacts, type TargetStep } from "./plan.js";
import { type TargetInputs, targetInputs } from "./schema.js";

const TIMEOUT_MS = 60_000;

/**
 * Changes go through the API: on a command line a secret would stand in the list of processes, and Proxmox's command line
 * has no other way in.
 */
export const notificationTarget = defineProvider<
  TargetInputs,
  TargetInputs,
  TargetFacts,
  TargetStep
>({
  kind: "datacenter/target",
  schemaVersion: 1,
  inputs: targetInputs,
  state: targetInputs,
  identity: ["cluster", "type", "target"],
  deadlineMs: 180_000,
  subject: ({ target }) => `notification target ${target}`,
  id: ({ cluster, type, target }) => `${cluster}${targetPath(type, target)}`,
  remember: (inputs) => inputs,
  observe,
  plan: planTarget,
  apply: async (changes, state, context, inputs) => {
    for (const { step } of changes) {
      switch (step.do) {
        case "remove":
          await remove(state, context);
          break;
        case "make":
        case "set":
          await write(step, inputs ?? state, context);
      }
    }
  },
  gone: ({ object }) => object === null,
});

async function observe(
  state: TargetInputs,
  context: Context,
  inputs: TargetInputs | undefined,
): Promise<TargetFacts> {
  const host = context.host(state.connection);
  const values = inputs === undefined ? {} : await valuesOf(inputs, context);
  const object = getIfThere(targetPath(state.type, state.target), keysAndValues);
  const secrets = comparison(state.type, state.target);
  const said = await ask(host, [object, secrets], {
    verb: `look at notification target ${state.target}`,
    timeoutMs: TIMEOUT_MS,
    stdin: secretLines(values),
    tried: `to read notification target ${state.target}`,
    doNext: "Look at `pvesh get /cluster/notifications/targets` there, then run `pulumi up` again.",
  });
  return { object: said.of(object), secrets: said.of(secrets) };
}

async function write(
  step: Exclude<TargetStep, { do: "remove" }>,
  inputs: TargetInputs,
  context: Context,
): Promise<void> {
  const { type, target, secrets } = inputs;
  const values = await valuesOf(inputs, context);
  const path = targetPath(type, target);
  const api = await accountApi(inputs, context);
  if (step.do === "make") {
    const secretKeys = secretParameters(type, Object.keys(secrets), [], values);
    const at = path.slice(0, path.lastIndexOf("/"));
    await api.post(at, { name: target, ...apiKeys(inputs), ...secretKeys });
    return;
  }
  const { keys, drop, write: written, keep, forget } = step;
  const secretKeys =
    written.length + forget.length === 0 ? {} : secretParameters(type, written, keep, values);
  const dropped = [...drop, ...forgotten(type, forget, [...written, ...keep])];
  await api.put(path, {
    ...keys,
    ...secretKeys,
    ...(dropped.length === 0 ? {} : { delete: dropped }),
  });
}

/** Keys to delete for secrets that go; those of a webhook have one key, and stay away from its list while others are left. */
function forgotten(
  type: TargetInputs["type"],
  names: readonly string[],
  left: readonly string[],
): readonly string[] {
  if (type !== "webhook") {
    return names;
  }
  return names.length > 0 && left.length === 0 ? ["secret"] : [];
}

/** A webhook's secrets are sent as one list; one that is named without a value keeps it. */
function secretParameters(
  type: TargetInputs["type"],
  written: readonly string[],
  kept: readonly string[],
  values: Readonly<Record<string, string>>,
): Parameters {
  if (type !== "webhook") {
    return Object.fromEntries(written.map((name) => [name, values[name]]));
  }
  const entries = [
    ...kept.map((name) => `name=${name}`),
    ...written.map((name) => `name=${name},value=${values[name] ?? ""}`),
  ];
  return entries.length === 0 ? {} : { secret: entries };
}

/** Values in the form in which the cluster keeps them. */
async function valuesOf(
  { type, target, secrets }: TargetInputs,
  context: Context,
): Promise<Readonly<Record<string, string>>> {
  const found = await Promise.all(
    Object.entries(secrets).map(async ([name, reference]) => {
      const value = (await context.secret(reference)).reveal();
      if (type === "webhook") {
        return [name, encoded(value)] as const;
      }
      if (value === "" || /[\r\n]/.test(value) || value !== value.trim()) {
        throw new Failure("failed", {
          tried: `to use the ${name} of notification target ${target}`,
          where: "",
          cameBack: "it is empty, has more than one line, or begins or ends with a space",
          doNext:
            "Proxmox keeps it as one line: correct the value where the stack file's reference points, then run `pulumi up` again.",
        });
      }
      return [name, value] as const;
    }),
  );
  return Object.fromEntries(found);
}

/** Needs no secret, so it needs no account either. */
async function remove({ type, target, connection }: TargetInputs, context: Context): Promise<void> {
  await ask(context.host(connection), [tell("delete", targetPath(type, target))], {
    verb: `remove notification target ${target}`,
    timeoutMs: TIMEOUT_MS,
    tried: `to remove notification target ${target}`,
    doNext:
      "A matcher that somebody made may still name it: take it out there, then run `pulumi up` again.",
  });
}
