import { type CodeTable, type Draft, drafter } from "../findings/finding.js";
import { planCeph } from "../plan/ceph.js";
import { poolNames } from "../plan/ceph-erasure.js";
import { poolsOfFilesystem } from "../plan/ceph-filesystems.js";
import {
  planRetiredDaemons,
  planRetiredPools,
  type RetiredPoolPlan,
} from "../plan/ceph-retired.js";
import { consentTo } from "../plan/consents.js";
import { planNodes } from "../plan/nodes.js";
import { cephStorageIds } from "../plan/storage.js";
import type { Facts } from "./facts.js";

export const retiredCodes = {
  "ceph/daemon-to-leave": {
    severity: "error",
    about: "A daemon cannot be wanted and be taken away by the same file.",
  },
  "ceph/pool-to-leave": {
    severity: "error",
    about: "A pool, a file system or the storage on one cannot be wanted and go by the same file.",
  },
} as const satisfies CodeTable;
const draft = drafter(retiredCodes);

/** Against what the plan makes of the file: managers stand beside the monitors where the file does not name them. */
export function retiredDrafts({ spec }: Facts): Draft[] {
  const ceph = planCeph(spec, planNodes(spec));
  const wanted = {
    monitor: ceph?.monitors ?? [],
    manager: ceph?.managers ?? [],
    "metadata server": ceph?.metadataServers ?? [],
  };
  const filesystems = Object.keys(spec.ceph?.filesystems ?? {});
  // Those of which a thing of the file is made are as much in use as the thing itself.
  const there: Readonly<Record<RetiredPoolPlan["kind"], readonly string[]>> = {
    pool: [
      ...Object.entries(spec.ceph?.pools ?? {}).flatMap(([name, pool]) => [
        name,
        ...poolNames(name, pool),
      ]),
      ...filesystems.flatMap((name) => Object.values(poolsOfFilesystem(name))),
    ],
    "file system": filesystems,
    // One that the file has is none that leaves.
    storage: [],
  };
  const pools = planRetiredPools(spec).flatMap(({ kind, name, consent }) =>
    there[kind].includes(name)
      ? [
          draft(
            "ceph/pool-to-leave",
            ["consent", consent],
            `The ${kind} ${name} may be destroyed, and the file wants it.`,
            `Take it out of \`ceph.${kind === "pool" ? "pools" : "filesystems"}\` if it shall go with all that is in it, or remove the consent.`,
          ),
        ]
      : [],
  );
  const storages = cephStorageIds(spec)
    .map((id) => ({ id, consent: consentTo.storage(id) }))
    .filter(({ consent }) => spec.consent[consent] !== undefined)
    .map(({ id, consent }) =>
      draft(
        "ceph/pool-to-leave",
        ["consent", consent],
        `The storage ${id} may go, and the file wants it.`,
        "Write `storage: null` at its pool or file system if that shall stay without one, or remove the consent.",
      ),
    );
  const daemons = planRetiredDaemons(spec.consent).flatMap(({ role, node, consent }) =>
    wanted[role].includes(node)
      ? [
          draft(
            "ceph/daemon-to-leave",
            ["consent", consent],
            `The ${role} of ${node} may leave, and the file wants one there.`,
            `Name the nodes with a ${role} below \`ceph\` without ${node}, or remove the consent.`,
          ),
        ]
      : [],
  );
  return [...daemons, ...pools, ...storages];
}
