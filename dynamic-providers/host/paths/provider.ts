import { reasons } from "../../health/condition.js";
import { pathCarries } from "../../health/paths.js";
import { defineGate } from "../../kit/gate.js";
import { measureOncePathsAreThere } from "../../measure/paths.js";
import { type PathsInputs, pathsInputs } from "./schema.js";

export const pathsGate = defineGate<PathsInputs>({
  kind: "host/paths",
  schemaVersion: 1,
  inputs: pathsInputs,
  deadlineMs: 120_000,
  everyMs: 1_000,
  subject: (inputs) => `every node reaches every other one over ${inputs.name} at full size`,
  id: (inputs) => inputs.name,
  async measure(inputs, context) {
    const measured = await Promise.all(
      inputs.hosts.map(async ({ connection, paths: wanted }) => ({
        node: connection.node,
        results: await measureOncePathsAreThere(wanted, context.host(connection)),
      })),
    );
    const wrong = measured.flatMap(({ node, results }) =>
      reasons(results.map((result) => pathCarries(node, result))),
    );
    const seen = measured.flatMap(({ node, results }) =>
      results.map(
        ({ toNode, network, mtu, sent, received, averageMs, device, source }) =>
          `${node} -> ${toNode} (${network}): ${mtu} bytes unfragmented, ${received} of ${sent} back, ${averageMs ?? "?"} ms through ${device} from ${source}`,
      ),
    );
    return { met: wrong.length === 0, saw: wrong.length > 0 ? wrong : seen };
  },
  doNext: () =>
    "Check cables, ports and MTU of the named nodes (`ip -br link`, `vtysh -c 'show ip route'`), then run `pulumi up` again.",
});
