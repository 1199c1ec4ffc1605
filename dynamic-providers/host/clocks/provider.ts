import { compareClocks } from "../../health/clocks.js";
import { defineGate } from "../../kit/gate.js";
import { readClock } from "../../measure/clocks.js";
import { type ClocksInputs, clocksInputs } from "./schema.js";

/** Tickets, certificates and Ceph's monitors need clocks that agree. */
export const clocksGate = defineGate<ClocksInputs>({
  kind: "host/clocks",
  schemaVersion: 1,
  inputs: clocksInputs,
  deadlineMs: 90_000,
  everyMs: 2_000,
  subject: () => "the clocks of all nodes agree",
  id: (inputs) => inputs.name,
  async measure(inputs, context) {
    const readings = await Promise.all(
      inputs.connections.map((connection) => readClock(context.host(connection), context.clock)),
    );
    return compareClocks(readings, inputs.toleranceMs);
  },
  doNext: (inputs) =>
    `Look at \`chronyc sources\` on the named nodes: they should follow ${inputs.sources.join(" or ")} (UDP port 123). \`chronyc makestep\` sets a clock at once. Then run \`pulumi up\` again.`,
});
