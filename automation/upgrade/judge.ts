import { list } from "../../config/findings/enumeration.js";
import type { PackageFacts } from "./facts.js";

const GIB = 2 ** 30;
/** What packages, their archives and a kernel with its initrd take at the most, with something to spare. */
const LEAST = { "/": 2 * GIB, "/var": 2 * GIB, "/boot": GIB / 4 } as const;
/** Without them a node is none. */
const NEEDED =
  /^(proxmox-ve|pve-manager|pve-cluster|pve-ha-manager|qemu-server|corosync|ceph-osd)$/;

/** What stands against upgrading a host's packages; one is enough. */
export function againstPackages({
  node,
  room,
  removed,
}: Pick<PackageFacts, "node" | "room" | "removed">): string[] {
  const lost = removed.filter((name) => NEEDED.test(name));
  return [
    ...Object.entries(LEAST).flatMap(([folder, least]) => {
      const { bytes = 0 } = room.find((one) => one.folder === folder) ?? {};
      return bytes >= least
        ? []
        : [`${node} has ${gib(bytes)} free in ${folder}, and an upgrade needs ${gib(least)}`];
    }),
    ...(lost.length === 0
      ? []
      : [
          `the upgrade would remove ${list(lost)} from ${node}: a repository is missing, or of another release`,
        ]),
  ];
}

const gib = (bytes: number): string => `${(bytes / GIB).toFixed(2)} GiB`;
