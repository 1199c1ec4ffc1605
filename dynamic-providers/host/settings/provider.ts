import { defineProvider } from "../../kit/define-provider.js";
import type { Context } from "../../kit/runtime.js";
import { readKeys } from "../keys-by-reference.js";
import {
  applySettings,
  type HostSettingsFacts,
  observeSettings,
  type SettingsStep,
  settingsDifferences,
} from "../settings.js";
import { accountsTouched } from "../users.js";
import { type Confirm, confirmation, keepingTheWayIn } from "../way-in.js";
import { type SettingsInputs, settingsInputs } from "./schema.js";

export const hostSettings = defineProvider<
  SettingsInputs,
  SettingsInputs,
  HostSettingsFacts,
  SettingsStep | Confirm
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
  observe: settingsOf,
  plan: (wanted, facts, before) =>
    // A host is somebody's: what it is called and who may log in is not undone when the program lets go of it.
    wanted === undefined
      ? []
      : [
          ...confirmation(facts.wayInWaits),
          ...settingsDifferences(wanted, facts, before).map(({ what, now, wanted: to, step }) => ({
            // Time zone, locale and users of a fresh installation are nobody's decision; they are set, not trampled.
            kind: "add" as const,
            path: what,
            from: now === "" ? "unset" : now,
            to,
            step,
          })),
        ],
  async apply(changes, state, context, inputs) {
    const host = context.host(state.connection);
    const users = changes.flatMap(({ step }) =>
      step.kind === "setting" || step.kind === "confirm" ? [] : [step],
    );
    const waits = changes.some(({ step }) => step.kind === "confirm");
    const facts = await settingsOf(state, context, inputs);
    const touched = { users: accountsTouched(users, facts.users), files: [] };
    try {
      await keepingTheWayIn(
        touched,
        state.connection,
        context,
        async () => {
          if (changes.some(({ step }) => step.kind !== "confirm")) {
            await applySettings(state, facts, users, host);
          }
        },
        waits,
      );
    } finally {
      host.forget();
    }
  },
});

/** Asked once for the differences and for the script that mends them. A refresh has no inputs, and reads no keys at their places. */
async function settingsOf(
  { connection }: SettingsInputs,
  context: Context,
  inputs: SettingsInputs | undefined,
): Promise<HostSettingsFacts> {
  const host = context.host(connection);
  const facts = await host.once("settings", () => observeSettings(host));
  return inputs === undefined
    ? facts
    : { ...facts, keptKeys: await readKeys(inputs.users, context) };
}
