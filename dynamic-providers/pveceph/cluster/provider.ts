import { Failure } from "../../../config/failure/failure.js";
import { defineProvider } from "../../kit/define-provider.js";
import { told } from "../../kit/outputs.js";
import { MOUNT_FIRST } from "../../shell/etc-pve.js";
import { ask } from "../../transport/pvesh/ask.js";
import { tell } from "../../transport/pvesh/calls.js";
import { apiPath } from "../../transport/pvesh/endpoints.js";
import { look } from "../../transport/ssh/look.js";
import {
  type CephConfigurationFacts,
  CONFIGURATION_SCRIPT,
  networks,
  parseConfiguration,
} from "../configuration.js";
import { OF_CLUSTER, seenBy } from "../shared-looks.js";
import { type CephClusterInputs, cephClusterInputs, cephClusterOutputs } from "./schema.js";

/** The one configuration of Ceph in a Proxmox cluster, with the networks that it will have for good. */
export const cephCluster = defineProvider<
  CephClusterInputs,
  CephClusterInputs,
  CephConfigurationFacts,
  "init"
>({
  kind: "pveceph/cluster",
  schemaVersion: 1,
  inputs: cephClusterInputs,
  state: cephClusterInputs,
  identity: [],
  deadlineMs: 180_000,
  foundFirst: true,
  subject: ({ cluster }) => `Ceph's configuration of ${cluster}`,
  id: ({ cluster }) => `${cluster}/ceph`,
  remember: (inputs) => inputs,
  async observe({ connection }, context) {
    const said = await look(seenBy(context, connection, OF_CLUSTER), {
      script: CONFIGURATION_SCRIPT,
      timeoutMs: 30_000,
      verb: "read Ceph's configuration",
      doNext: MOUNT_FIRST,
    });
    return parseConfiguration(said);
  },
  plan(wanted, found) {
    // Whatever is left out of the file: a Ceph that holds data is never unmade from here.
    if (wanted === undefined) {
      return [];
    }
    const to = `public ${networks(wanted.publicNetwork)}, cluster ${networks(wanted.clusterNetwork)}`;
    if (found.fsid === undefined) {
      return [{ kind: "add", path: "configuration", from: "absent", to, step: "init" }];
    }
    const from = `public ${found.publicNetwork ?? "not named"}, cluster ${found.clusterNetwork ?? found.publicNetwork ?? "not named"}`;
    if (from !== to) {
      throw otherNetworks(wanted, from, to);
    }
    return found.keyring
      ? []
      : [{ kind: "add", path: "admin key", from: "absent", to: "there", step: "init" }];
  },
  async apply(_changes, { connection, publicNetwork, clusterNetwork }, context) {
    const host = context.host(connection);
    // Repeated it gives the same networks to a configuration that is there, and completes one that was cut.
    const init = tell("create", apiPath("create", `/nodes/${host.node}/ceph/init`), {
      network: publicNetwork,
      "cluster-network": clusterNetwork,
    });
    await ask(host, [init], {
      verb: "make Ceph's configuration",
      timeoutMs: 120_000,
      repeatable: true,
      tried: "to make Ceph's configuration",
      doNext: "Look at `pveceph status` there, then run `pulumi up` again.",
    });
    host.forget();
  },
  outputs: told(cephClusterOutputs, ({ fsid }) => ({ fsid: fsid ?? "absent" })),
});

function otherNetworks({ connection }: CephClusterInputs, from: string, to: string): Failure {
  return new Failure("refused", {
    tried: "to take over Ceph's configuration",
    where: connection.node,
    cameBack: `refused: its networks differ (there -> wanted): ${from} -> ${to}`,
    doNext:
      "Monitors and OSDs are bound to these networks, so this version never changes them. Write into `ceph.publicNetwork` and `ceph.clusterNetwork` the networks that are there.",
  });
}
