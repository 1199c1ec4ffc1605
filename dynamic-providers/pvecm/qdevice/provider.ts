import { defineProvider } from "../../kit/define-provider.js";
import type { Context } from "../../kit/runtime.js";
import { type DeviceStep, planDevice } from "../qdevice-change.js";
import { type DeviceFacts, observeDevice } from "../qdevice-facts.js";
import { type DeviceWork, mend, requireReady, setUp, takeAway } from "../qdevice-work.js";
import { type QDeviceInputs, qdeviceInputs } from "./schema.js";

export const corosyncQDevice = defineProvider<
  QDeviceInputs,
  QDeviceInputs,
  readonly DeviceFacts[],
  DeviceStep
>({
  kind: "pvecm/qdevice",
  schemaVersion: 1,
  inputs: qdeviceInputs,
  state: qdeviceInputs,
  identity: [],
  deadlineMs: 600_000,
  subject: (state) => `the QDevice of ${state.cluster}`,
  id: (inputs) => `${inputs.cluster}/qdevice`,
  remember: (inputs) => inputs,
  observe: (state, context) =>
    Promise.all(state.members.map(({ connection }) => observeDevice(context.host(connection)))),
  plan: (wanted, facts) =>
    planDevice(
      wanted === undefined
        ? undefined
        : {
            cluster: wanted.cluster,
            address: wanted.connection.host,
            members: wanted.members.map(({ node }) => node),
          },
      facts,
    ),
  async apply(changes, state, context, inputs) {
    const work = workOf(state, context);
    const steps = changes.map(({ step }) => step);
    const facts = await Promise.all(work.members.map((shell) => observeDevice(shell)));
    if (inputs === undefined) {
      await takeAway(work);
      return;
    }
    const address = state.connection.host;
    await requireReady(work, address, facts);
    if (steps.every((step) => step === "mend")) {
      await mend(work, facts);
      return;
    }
    if (facts.some(({ configured }) => configured !== undefined)) {
      await takeAway(work);
    }
    await setUp(work, context.host(state.connection), address);
  },
  gone: (facts) => facts.every(({ configured }) => configured === undefined),
});

function workOf(state: QDeviceInputs, context: Context): DeviceWork {
  return {
    cluster: state.cluster,
    members: state.members.map(({ connection }) => context.host(connection)),
    deadlineMs: state.voteDeadlineMs,
    clock: context.clock,
  };
}
