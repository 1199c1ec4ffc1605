import { list } from "../findings/enumeration.js";
import { type CodeTable, type Draft, drafter } from "../findings/finding.js";
import { planCeph } from "../plan/ceph.js";
import { poolsOfFilesystem } from "../plan/ceph-filesystems.js";
import type { Ceph } from "./ceph-osds.js";
import type { Facts } from "./facts.js";

export const filesystemCodes = {
  "ceph/too-few-metadata-servers": {
    severity: "error",
    about:
      "Each file system needs a metadata server that serves it, and another one that follows it where a hot standby is wanted.",
  },
  "ceph/metadata-server-name": {
    severity: "error",
    about:
      "A metadata server is called as its node is, and Proxmox makes none whose name begins with a digit.",
  },
  "ceph/duplicate-pool": {
    severity: "error",
    about:
      "A file system brings two pools of its own, and a pool of the file has the name of one of them.",
  },
} as const satisfies CodeTable;
const draft = drafter(filesystemCodes);

/** What a file system needs beside disks. */
export function filesystemDrafts({ spec, nodes }: Facts, ceph: Ceph): Draft[] {
  const names = Object.keys(ceph.filesystems);
  return names.length === 0
    ? []
    : [
        ...serverDrafts(ceph, planCeph(spec, nodes)?.metadataServers ?? []),
        ...names.flatMap((name) => poolDrafts(ceph, name)),
      ];
}

function serverDrafts(ceph: Ceph, servers: readonly string[]): Draft[] {
  const filesystems = Object.values(ceph.filesystems);
  const following = filesystems.filter(({ standby }) => standby).length;
  const needed = filesystems.length + following;
  const path =
    ceph.metadataServers === undefined ? ["ceph", "filesystems"] : ["ceph", "metadataServers"];
  const few =
    servers.length >= needed
      ? []
      : [
          draft(
            "ceph/too-few-metadata-servers",
            path,
            `${filesystems.length === 1 ? "The file system needs" : `${filesystems.length} file systems need`} ${needed} metadata servers (${filesystems.length} that serve, ${following} that follow), and ${servers.length} ${servers.length === 1 ? "is" : "are"} planned (${list(servers)}).`,
            `Name ${needed} nodes under \`metadataServers\`, or write \`standby: false\` at file systems that may wait.`,
            { atKey: true },
          ),
        ];
  const numbers = servers.filter((node) => /^\d/.test(node));
  return numbers.length === 0
    ? few
    : [
        ...few,
        draft(
          "ceph/metadata-server-name",
          path,
          `The metadata server of ${list(numbers)} would have a name that begins with a digit.`,
          "Name nodes under `metadataServers` whose names begin with a letter.",
          { atKey: true },
        ),
      ];
}

function poolDrafts(ceph: Ceph, name: string): Draft[] {
  const { data, metadata } = poolsOfFilesystem(name);
  return [data, metadata]
    .filter((pool) => ceph.pools[pool] !== undefined)
    .map((pool) =>
      draft(
        "ceph/duplicate-pool",
        ["ceph", "pools", pool],
        `The file system ${name} brings a pool ${pool} of its own.`,
        "Give the pool another name; the pools of a file system need no line here.",
        { atKey: true },
      ),
    );
}
