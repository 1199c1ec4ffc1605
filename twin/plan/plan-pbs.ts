import { planStorages, type StoragePlan } from "../../config/plan/storage.js";
import type { ClusterSpec } from "../../config/schema/cluster.js";
import type { SecretRef } from "../../config/schema/primitives.js";
import { networkOf } from "./plan-nas.js";
import type { PbsPlan, SecretName } from "./twin-plan.js";

type PbsStorage = Extract<StoragePlan, { readonly type: "pbs" }>;

const IS_ADDRESS = /^[0-9.]+$|:/;

/** One backup server for each address that storages of the file name, with their datastores and logins. */
export function planPbs(
  spec: ClusterSpec,
  secretNameOf: (reference: SecretRef) => SecretName,
): PbsPlan[] {
  const storages = planStorages(spec).flatMap((one) => (one.type === "pbs" ? [one] : []));
  const servers = [...new Set(storages.map(({ server }) => server))];
  return servers.flatMap((server, index): PbsPlan[] => {
    if (!IS_ADDRESS.test(server)) return [];
    const here = storages.filter((one) => one.server === server);
    const network = networkOf(spec, server);
    const pinned = here.find(({ fingerprint }) => fingerprint !== undefined)?.fingerprint;
    return [
      {
        name: servers.length === 1 ? "pbs" : `pbs${index + 1}`,
        address: server,
        ...(network === undefined ? {} : { network }),
        datastores: [...new Set(here.map(({ datastore }) => datastore))].sort(),
        ...(pinned === undefined ? {} : { pinned }),
        accounts: accountsOf(here, secretNameOf),
      },
    ];
  });
}

/** A login sees the datastores of the storages that use it, and no others. */
function accountsOf(
  storages: readonly PbsStorage[],
  secretNameOf: (reference: SecretRef) => SecretName,
): PbsPlan["accounts"] {
  return [...new Set(storages.map(({ user }) => user))].sort().flatMap((user) => {
    const own = storages.filter((one) => one.user === user);
    const [first] = own;
    return first === undefined
      ? []
      : [
          {
            user,
            secret: secretNameOf(first.password),
            datastores: [...new Set(own.map(({ datastore }) => datastore))].sort(),
          },
        ];
  });
}
