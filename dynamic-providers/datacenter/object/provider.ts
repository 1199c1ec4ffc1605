import { Failure, kindOf, messageOf } from "../../../config/failure/failure.js";
import { expectSuccess } from "../../host/shell.js";
import { defineProvider } from "../../kit/define-provider.js";
import type { Context } from "../../kit/runtime.js";
import { announceTakingOver } from "../../kit/taking-over.js";
import { command } from "../../transport/ssh/quoting.js";
import { type ApiFacts, parseObject, planObject } from "../api-object.js";
import { type ObjectInputs, objectInputs } from "./schema.js";

const TIMEOUT_MS = 30_000;

/** A setting that Proxmox keeps as keys and values and that no native resource manages: key by key, others' keys stay. */
export const apiObject = defineProvider<ObjectInputs, ObjectInputs, ApiFacts, string>({
  kind: "datacenter/object",
  schemaVersion: 1,
  inputs: objectInputs,
  state: objectInputs,
  identity: ["cluster", "path"],
  deadlineMs: 120_000,
  subject: ({ what }) => what,
  id: ({ cluster, path }) => `${cluster}${path}`,
  remember: (inputs) => inputs,
  observe,
  plan: planObject,
  async foresee(before, wanted, context) {
    // Of the rest, only the work itself can tell whose it is: node settings and notifications exist on fresh hosts too.
    if (before !== undefined || wanted.made?.key === undefined) {
      return;
    }
    const facts = await observe(wanted, context).catch(() => null);
    if (facts !== null) {
      const changes = planObject(wanted, facts, undefined);
      announceTakingOver(wanted.what, changes, wanted.adopt, context);
    }
  },
  apply: async (changes, state, context) => {
    const host = context.host(state.connection);
    for (const { step } of changes) {
      const result = await host.run(`export LC_ALL=C\n${step}`, {
        timeoutMs: TIMEOUT_MS,
        repeatable: false,
        verb: `set ${state.what}`,
      });
      expectSuccess(result, {
        tried: `setting ${state.what}`,
        node: host.node,
        doNext: "Mend what is named, then run `pulumi up` again.",
      });
    }
  },
});

async function observe(state: ObjectInputs, context: Context): Promise<ApiFacts> {
  const host = context.host(state.connection);
  const script = command("pvesh", "get", state.path, "--output-format", "json");
  const result = await host.run(`export LC_ALL=C\n${script}`, {
    timeoutMs: TIMEOUT_MS,
    repeatable: true,
    verb: `read ${state.what}`,
  });
  try {
    return parseObject(result.stdout, result.stderr);
  } catch (thrown) {
    throw new Failure(kindOf(thrown), {
      tried: `reading ${state.what}`,
      where: host.node,
      cameBack: messageOf(thrown),
      doNext:
        "The node that is asked about must be up and the cluster quorate: look at `pvecm status` there.",
    });
  }
}
