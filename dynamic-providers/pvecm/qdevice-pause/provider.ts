import { defineProvider } from "../../kit/define-provider.js";
import type { Context } from "../../kit/runtime.js";
import { planPause } from "../qdevice-change.js";
import { type DeviceFacts, observeDevice } from "../qdevice-facts.js";
import { takeAway } from "../qdevice-work.js";
import { type QDevicePauseInputs, qdevicePauseInputs } from "./schema.js";

export const corosyncQDevicePause = defineProvider<
  QDevicePauseInputs,
  QDevicePauseInputs,
  DeviceFacts,
  "remove"
>({
  kind: "pvecm/qdevice-pause",
  schemaVersion: 1,
  inputs: qdevicePauseInputs,
  state: qdevicePauseInputs,
  identity: [],
  deadlineMs: 300_000,
  subject: (state) => `the place for a QDevice in ${state.cluster}`,
  id: (inputs) => `${inputs.cluster}/qdevice-pause`,
  remember: (inputs) => inputs,
  observe: (state, context) => observeDevice(founder(state, context)),
  plan: (wanted, facts) =>
    wanted === undefined
      ? []
      : planPause(
          { members: wanted.members.map(({ node }) => node), device: wanted.wanted },
          facts,
        ),
  async apply(_changes, state, context) {
    const { membership } = await observeDevice(founder(state, context));
    const present = membership.conf?.nodes.map(({ name }) => name) ?? [];
    await takeAway({
      cluster: state.cluster,
      // Nodes that have yet to join know nothing of it.
      members: state.members
        .filter(({ node }) => present.includes(node))
        .map(({ connection }) => context.host(connection)),
      deadlineMs: state.voteDeadlineMs,
      clock: context.clock,
    });
  },
});

function founder(state: QDevicePauseInputs, context: Context) {
  const [first] = state.members;
  if (first === undefined) {
    throw new Error("a cluster without members has no QDevice");
  }
  return context.host(first.connection);
}
