import { defineGate } from "../../kit/gate.js";
import { compareCabling, neighboursScript, parseHeard } from "../../measure/cabling.js";
import { look } from "../../transport/ssh/look.js";
import {
  type CablingInputs,
  type CablingOutputs,
  cablingInputs,
  cablingOutputs,
} from "./schema.js";

const DEADLINE_MS = 60_000;
/** Announcements travel at once when a port comes up; a silent neighbour is not waited for longer than this. */
const PATIENCE_MS = 20_000;

/** Swapped cables are named and never refused: routing finds its way, and a person decides which plug to move. */
export const cablingGate = defineGate<CablingInputs, CablingOutputs>({
  kind: "host/cabling",
  schemaVersion: 1,
  inputs: cablingInputs,
  outputs: cablingOutputs,
  deadlineMs: DEADLINE_MS,
  everyMs: 2_000,
  subject: (inputs) => `which port of ${inputs.name} leads where`,
  id: (inputs) => inputs.name,
  async measure(inputs, context) {
    const heard = await Promise.all(
      inputs.hosts.map(async ({ connection, ports }) => {
        const said = await look(context.host(connection), {
          script: neighboursScript(ports),
          timeoutMs: 20_000,

          verb: "see which port leads where",
        });
        return { node: connection.node, ...parseHeard(ports, said) };
      }),
    );
    const { cables, differences } = compareCabling(
      inputs.declared,
      Object.fromEntries(heard.map(({ node, neighbours }) => [node, neighbours])),
    );
    const silent = heard.flatMap(({ node, silent: ports }) =>
      ports.map((port) => `${node}:${port}`),
    );
    const patienceEndsAt = context.deadlineAt - DEADLINE_MS + PATIENCE_MS;
    return {
      met: silent.length === 0 || context.clock.now() >= patienceEndsAt,
      saw: [
        ...differences,
        ...silent.map((end) => `${end} has carrier, and no neighbour announces itself on it`),
        ...cables,
      ],
      cables,
      differences,
    };
  },
  doNext: () => "Look at `lldpcli show neighbors` on the named nodes.",
});
