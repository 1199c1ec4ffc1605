import type { Change } from "../../kit/change.js";
import { defineProvider } from "../../kit/define-provider.js";
import { told } from "../../kit/outputs.js";
import { ask } from "../../transport/pvesh/ask.js";
import { tellAll, tellCeph } from "../ceph-command.js";
import { OF_CLUSTER, seenBy } from "../shared-looks.js";
import { type CephModulesInputs, cephModulesInputs, cephModulesOutputs } from "./schema.js";
import { MODULES, SERVICES } from "./sight.js";

const DO_NEXT =
  "Look at `ceph mgr module ls` and `ceph health detail` there, then run `pulumi up` again.";

interface ModuleFacts {
  readonly enabled: readonly string[];
  readonly services: Readonly<Record<string, string>>;
}

/** Modules of the managers. What somebody else has switched on stays, and nothing is switched off. */
export const cephModules = defineProvider<
  CephModulesInputs,
  CephModulesInputs,
  ModuleFacts,
  string
>({
  kind: "pveceph/modules",
  schemaVersion: 1,
  inputs: cephModulesInputs,
  state: cephModulesInputs,
  identity: [],
  deadlineMs: 180_000,
  foundFirst: true,
  subject: ({ cluster }) => `the modules of Ceph's managers in ${cluster}`,
  id: ({ cluster }) => `${cluster}/ceph-modules`,
  remember: (inputs) => inputs,
  async observe({ connection }, context) {
    const host = seenBy(context, connection, OF_CLUSTER);
    const said = await ask(host, [MODULES, SERVICES], {
      verb: "look at the modules of Ceph's managers",
      timeoutMs: 120_000,
      tried: "to look at the modules of Ceph's managers",
      doNext: DO_NEXT,
    });
    const { always_on_modules, enabled_modules } = said.of(MODULES);
    return { enabled: [...always_on_modules, ...enabled_modules], services: said.of(SERVICES) };
  },
  plan: (wanted, { enabled }) =>
    (wanted?.modules ?? [])
      .filter((module) => !enabled.includes(module))
      .map(
        (module): Change<string> => ({
          kind: "add",
          path: `modules.${module}`,
          from: "off",
          to: "on",
          step: module,
        }),
      ),
  async apply(changes, { connection }, context) {
    const told = changes.map(({ step }) => tellCeph("mgr", "module", "enable", step));
    await tellAll(context.host(connection), told, {
      verb: "switch modules of Ceph's managers on",
      doNext: DO_NEXT,
    });
  },
  outputs: told(cephModulesOutputs, ({ services }, { modules }) => ({
    services: Object.fromEntries(
      Object.entries(services).filter(([module]) => modules.includes(module)),
    ),
  })),
  forgotten: (_facts, { cluster }) =>
    `the modules of Ceph's managers in ${cluster} stay switched on`,
});
