import { defineProvider } from "../../kit/define-provider.js";
import type { Context } from "../../kit/runtime.js";
import { announceTakingOver } from "../../kit/taking-over.js";
import { ask } from "../../transport/pvesh/ask.js";
import { getIfThere } from "../../transport/pvesh/calls.js";
import { apiPath } from "../../transport/pvesh/endpoints.js";
import {
  type ApiFacts,
  callOf,
  keysAndValues,
  type ObjectStep,
  planObject,
} from "../api-object.js";
import { type ObjectInputs, objectInputs } from "./schema.js";

const LOOK_MS = 30_000;
const CHANGE_MS = 60_000;

/** A setting that Proxmox keeps as keys and values and that no native resource manages: key by key, others' keys stay. */
export const apiObject = defineProvider<ObjectInputs, ObjectInputs, ApiFacts, ObjectStep>({
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
      announceTakingOver(wanted.what, changes, wanted, context);
    }
  },
  apply: async (changes, state, context) => {
    const calls = changes.map(({ step }) => callOf(step));
    await ask(context.host(state.connection), calls, {
      verb: `set ${state.what}`,
      timeoutMs: CHANGE_MS,
      tried: `to set ${state.what}`,
      doNext: "Mend what is named, then run `pulumi up` again.",
    });
  },
});

async function observe(state: ObjectInputs, context: Context): Promise<ApiFacts> {
  const object = getIfThere(apiPath("get", state.path), keysAndValues);
  const said = await ask(context.host(state.connection), [object], {
    verb: `read ${state.what}`,
    timeoutMs: LOOK_MS,
    tried: `to read ${state.what}`,
    doNext:
      "The node that is asked about must be up and the cluster quorate: look at `pvecm status` there.",
  });
  return said.of(object);
}
