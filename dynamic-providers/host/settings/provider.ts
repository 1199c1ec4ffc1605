import { defineProvider } from "../../kit/define-provider.js";
import {
  applySettings,
  type HostSettingsFacts,
  observeSettings,
  settingsDifferences,
} from "../settings.js";
import { type SettingsInputs, settingsInputs } from "./schema.js";

export const hostSettings = defineProvider<
  SettingsInputs,
  SettingsInputs,
  HostSettingsFacts,
  string
>({
  kind: "host/settings",
  schemaVersion: 1,
  inputs: settingsInputs,
  state: settingsInputs,
  identity: [],
  deadlineMs: 300_000,
  subject: (state) => `the settings of ${state.connection.node}`,
  id: (inputs) => `${inputs.connection.node}/settings`,
  remember: (inputs) => inputs,
  observe: (state, context) =>
    observeSettings(
      state.users.map(({ name }) => name),
      context.host(state.connection),
    ),
  plan: (wanted, facts) =>
    // A host is somebody's: what it is called and who may log in is not undone when the program lets go of it.
    wanted === undefined
      ? []
      : settingsDifferences(wanted, facts).map(({ what, now, wanted: to }) => ({
          // Time zone, locale and users of a fresh installation are nobody's decision; they are set, not trampled.
          kind: "add",
          path: what,
          from: now === "" ? "unset" : now,
          to,
          step: what,
        })),
  async apply(_changes, state, context) {
    const host = context.host(state.connection);
    const facts = await observeSettings(
      state.users.map(({ name }) => name),
      host,
    );
    await applySettings(state, facts, host);
    host.forget();
  },
  outputs: () => ({}),
});
