import { namedSecrets } from "../../config/plan/secrets.js";
import { planStorages } from "../../config/plan/storage.js";
import type { ClusterSpec } from "../../config/schema/cluster.js";

/** What the file names and the twin has no counterpart for. Said in the status, so that nobody believes it tested. */
export function remarksOn(spec: ClusterSpec): string[] {
  const storages = planStorages(spec);
  const pulumi = namedSecrets(spec).filter(({ reference }) => "pulumi" in reference);
  return [
    ...storages
      .filter(({ type }) => type === "cifs")
      .map(({ id, type }) => `storage ${id}: the twin has no ${type} server`),
    ...storages
      .flatMap((one) =>
        (one.type === "nfs" || one.type === "pbs") && !/^[0-9.]+$|:/.test(one.server) ? [one] : [],
      )
      .map(
        ({ id, server }) =>
          `storage ${id}: ${server} is a name; the twin builds servers for addresses only`,
      ),
    ...(spec.identity?.activeDirectory === undefined
      ? []
      : ["identity: the twin has no Active Directory"]),
    ...(spec.identity?.duo === undefined ? [] : ["identity: the twin has no Duo service"]),
    ...(Object.keys(spec.mounts?.weka ?? {}).length === 0
      ? []
      : ["mounts: the twin has no Weka backends"]),
    ...(Object.keys(spec.gpus).length === 0
      ? []
      : ["gpus: the hosts of the twin have no graphics processors"]),
    ...(spec.backup?.s3 === undefined ? [] : ["backup: the twin has no object storage"]),
    ...unspokenSuites(spec),
    ...pulumi.map(
      ({ path }) => `${path}: is in Pulumi's encrypted config, which the twin cannot read or fill`,
    ),
  ];
}

function unspokenSuites(spec: ClusterSpec): string[] {
  const nodes = Object.entries(spec.nodes)
    .filter(([, node]) => node.fence?.ipmi?.cipherSuite === 17)
    .map(([name]) => name);
  if (nodes.length === 0) return [];
  return [
    `fencing by IPMI of ${nodes.join(", ")}: the twin's controllers know no cipher suite above 3, so logins with suite 17 ` +
      "fail; write `cipherSuite: 3` into a copy of the file to rehearse it",
  ];
}
