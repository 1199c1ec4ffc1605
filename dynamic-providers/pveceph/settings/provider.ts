import { defineProvider } from "../../kit/define-provider.js";
import { told } from "../../kit/outputs.js";
import { ask } from "../../transport/pvesh/ask.js";
import { tellAll, tellCeph } from "../ceph-command.js";
import { OF_CLUSTER, seenBy } from "../shared-looks.js";
import { exceptionsOf, planSettings, type SettingsFacts } from "./plan.js";
import {
  type CephSetting,
  type CephSettingsInputs,
  cephSettingsInputs,
  cephSettingsOutputs,
} from "./schema.js";
import { FILE, STORED } from "./sight.js";

const DO_NEXT = "Look at `ceph -s` and `ceph config dump` there, then run `pulumi up` again.";

/** Settings of the whole Ceph, in its own configuration: daemons take them at once and after each start. */
export const cephSettings = defineProvider<
  CephSettingsInputs,
  CephSettingsInputs,
  SettingsFacts,
  CephSetting
>({
  kind: "pveceph/settings",
  schemaVersion: 1,
  inputs: cephSettingsInputs,
  state: cephSettingsInputs,
  identity: [],
  deadlineMs: 180_000,
  foundFirst: true,
  subject: ({ cluster }) => `the settings of Ceph in ${cluster}`,
  id: ({ cluster }) => `${cluster}/ceph-settings`,
  remember: (inputs) => inputs,
  async observe({ connection }, context) {
    const said = await ask(seenBy(context, connection, OF_CLUSTER), [STORED, FILE], {
      verb: "look at the settings of Ceph",
      timeoutMs: 120_000,
      tried: "to look at the settings of Ceph",
      doNext: DO_NEXT,
    });
    return { stored: said.of(STORED), file: said.of(FILE) };
  },
  plan: planSettings,
  async apply(changes, { connection }, context) {
    const told = changes.map(({ step: { section, option, value } }) =>
      tellCeph("config", "set", section, option, value),
    );
    await tellAll(context.host(connection), told, {
      verb: "set what the stack file says of Ceph",
      doNext: DO_NEXT,
    });
  },
  outputs: told(cephSettingsOutputs, (facts, { settings }) => ({
    exceptions: exceptionsOf(settings, facts),
  })),
  forgotten: (_facts, { cluster }) =>
    `the settings of Ceph in ${cluster} stay as they are, and are no longer looked after`,
});
