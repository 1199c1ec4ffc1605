import { contains } from "../../config/plan/address.js";
import { planStorages } from "../../config/plan/storage.js";
import type { ClusterSpec } from "../../config/schema/cluster.js";
import type { NasPlan } from "./twin-plan.js";

const IS_ADDRESS = /^[0-9.]+$|:/;

/** The network of the file that a server stands in; none when it stands behind the router. */
export function networkOf(spec: ClusterSpec, address: string): string | undefined {
  return Object.entries(spec.networks).find(([, { cidr, cidr6 }]) =>
    [cidr, cidr6].some((range) => range !== undefined && contains(range, address)),
  )?.[0];
}

/** One NAS for each NFS server of the file, with every path that some storage mounts from it. */
export function planNas(spec: ClusterSpec): NasPlan[] {
  const exportsOf = new Map<string, Set<string>>();
  for (const storage of planStorages(spec)) {
    if (storage.type !== "nfs") continue;
    const exports = exportsOf.get(storage.server) ?? new Set<string>();
    exportsOf.set(storage.server, exports.add(storage.export));
  }
  const servers = [...exportsOf];
  return servers.flatMap(([server, exports], index): NasPlan[] => {
    if (!IS_ADDRESS.test(server)) return [];
    const network = networkOf(spec, server);
    return [
      {
        name: servers.length === 1 ? "nas" : `nas${index + 1}`,
        address: server,
        ...(network === undefined ? {} : { network }),
        exports: [...exports].sort(),
      },
    ];
  });
}
