import { defineGate } from "../../kit/gate.js";
import { askServers } from "../servers.js";
import { type StorageServersInputs, storageServersInputs } from "./schema.js";

/** Comes before every storage: Proxmox itself finds out by a mount that may hang. */
export const storageServers = defineGate<StorageServersInputs>({
  kind: "pvesm/servers",
  schemaVersion: 1,
  inputs: storageServersInputs,
  deadlineMs: 60_000,
  everyMs: 2_000,
  subject: () => "every server of a storage answers every node that uses it",
  id: (inputs) => `${inputs.cluster}/storage-servers`,
  async measure(inputs, context) {
    const silent = await Promise.all(
      inputs.views.map(({ connection, servers }) => askServers(servers, context.host(connection))),
    );
    const wrong = silent.flat();
    return {
      met: wrong.length === 0,
      saw: wrong.length > 0 ? wrong : ["all servers answer"],
    };
  },
  doNext: () =>
    "No storage on it was touched. Check that the server runs, its address in the stack file, its firewall, and the named nodes' network to it; then run `pulumi up` again.",
});
