import { randomUUID } from "node:crypto";
import { reasons } from "../../health/condition.js";
import { storageUsable } from "../../health/storages.js";
import { defineGate } from "../../kit/gate.js";
import { viewStorages } from "../storage-gate.js";
import {
  type StorageGateInputs,
  type StorageGateOutputs,
  storageGateInputs,
  storageGateOutputs,
} from "./schema.js";

export const storageGate = defineGate<StorageGateInputs, StorageGateOutputs>({
  kind: "pvesm/gate",
  schemaVersion: 1,
  inputs: storageGateInputs,
  outputs: storageGateOutputs,
  deadlineMs: 180_000,
  everyMs: 2_000,
  subject: () => "every node sees every storage and can use it",
  id: (inputs) => `${inputs.cluster}/storages`,
  async measure(inputs, context) {
    const seen = await Promise.all(
      inputs.views.map(async ({ connection, storages }) => ({
        node: connection.node,
        views: await viewStorages(
          storages.map((id) => ({
            id,
            directory: inputs.directories[id],
            volume: inputs.volumes.includes(id),
          })),
          randomUUID(),
          context.host(connection),
        ),
      })),
    );
    const wrong = seen.flatMap(({ node, views }) =>
      reasons(views.map((view) => storageUsable(node, view))),
    );
    return {
      met: wrong.length === 0,
      saw:
        wrong.length > 0
          ? wrong
          : seen.map(
              ({ node, views }) => `${node}: ${views.map(({ storage }) => storage).join(", ")}`,
            ),
      views: Object.fromEntries(
        seen.map(({ node, views }) => [
          node,
          Object.fromEntries(
            views.map((view) => [view.storage, `${view.state}, probe ${view.probe}`]),
          ),
        ]),
      ),
    };
  },
  doNext: () =>
    "Check the server, its exports and the path to it from the named nodes (`pvesm status` there), then run `pulumi up` again.",
});
