import { list } from "../findings/enumeration.js";
import { type CodeTable, type Draft, drafter, type Path } from "../findings/finding.js";
import { classCodes, classDrafts } from "./ceph-device-classes.js";
import { type Ceph, type NodeOsds, osdCodes, unevenDrafts, unevenNodeDrafts } from "./ceph-osds.js";
import { amountCodes, amountDrafts } from "./ceph-pool-amounts.js";

export const poolCodes = {
  "ceph/too-few-hosts": {
    severity: "error",
    about:
      "Each copy of an object lies on another host. With fewer hosts than copies the pool never becomes healthy.",
  },
  "ceph/no-osds": { severity: "error", about: "Pools need disks." },
  "ceph/min-size": {
    severity: "error",
    about:
      "With one copy being enough, writes are acknowledged that the next fault loses. With as many as there are copies, every reboot stops the pool.",
  },
  "ceph/two-copies": {
    severity: "error",
    about:
      "Two copies of production data survive a single fault and no second one while a host is rebooted.",
  },
  "ceph/two-copies-accepted": {
    severity: "warning",
    about: "The pool is marked as no loss, and has two copies.",
  },
  "ceph/pool-storage": {
    severity: "error",
    about: "Proxmox keeps disks in pools for rbd alone, so a pool for another use is no storage.",
  },
  ...amountCodes,
  ...classCodes,
  ...osdCodes,
} as const satisfies CodeTable;
const draft = drafter(poolCodes);

/** What pools promise, against the disks that keep the promise. */
export function poolDrafts(ceph: Ceph, hosts: readonly NodeOsds[]): Draft[] {
  return [
    ...pools(ceph, hosts),
    ...classDrafts(ceph, hosts),
    ...amountDrafts(ceph, hosts),
    ...unevenDrafts(hosts),
    ...unevenNodeDrafts(ceph, hosts),
  ];
}

function pools(ceph: Ceph, hosts: readonly NodeOsds[]): Draft[] {
  const names = Object.keys(ceph.pools);
  if (hosts.length === 0) {
    return names.length + Object.keys(ceph.filesystems).length === 0
      ? []
      : [
          draft(
            "ceph/no-osds",
            ["ceph", "osds"],
            "There are pools and no disks for them.",
            "Name disks under `osds.everyNode` or `osds.nodes`.",
            { atKey: true },
          ),
        ];
  }
  const filesystems = Object.keys(ceph.filesystems).flatMap((name) =>
    hosts.length < 3 ? [tooFew(["ceph", "filesystems", name], name, 3, hosts)] : [],
  );
  return [...names.flatMap((name) => pool(ceph, hosts, name)), ...filesystems];
}

function tooFew(path: Path, name: string, size: number, hosts: readonly NodeOsds[]): Draft {
  return draft(
    "ceph/too-few-hosts",
    path,
    `${name} wants ${size} copies on as many hosts, and ${hosts.length} ${hosts.length === 1 ? "host has" : "hosts have"} disks (${list(hosts.map(({ node }) => node))}).`,
    `Give ${size} hosts disks before the pool is made.`,
    { atKey: true },
  );
}

function pool(ceph: Ceph, hosts: readonly NodeOsds[], name: string): Draft[] {
  const one = ceph.pools[name];
  if (one === undefined) {
    return [];
  }
  const path = ["ceph", "pools", name];
  const findings: Draft[] = [];
  if (one.minSize < 2 || one.minSize > one.size) {
    findings.push(
      draft(
        "ceph/min-size",
        [...path, "minSize"],
        one.minSize > one.size
          ? `${name} wants ${one.minSize} of ${one.size} copies for every write.`
          : `${name} would acknowledge writes that exist once.`,
        "Write `size: 3` and `minSize: 2`.",
      ),
    );
  }
  if (one.size === 2) {
    findings.push(
      draft(
        one.production ? "ceph/two-copies" : "ceph/two-copies-accepted",
        [...path, "size"],
        `${name} has two copies${one.minSize === 2 ? ", so every reboot of a host stops it" : ""}.`,
        one.production
          ? "Write `size: 3`; for data whose loss would not hurt, `production: false`. Backups belong outside the cluster."
          : "Keep backups of it, or write `size: 3`.",
      ),
    );
  }
  if (one.size === 1) {
    findings.push(
      draft(
        "ceph/min-size",
        [...path, "size"],
        `${name} has a single copy.`,
        "Write `size: 3` and `minSize: 2`.",
      ),
    );
  }
  if (one.application !== "rbd" && typeof one.storage === "string") {
    findings.push(
      draft(
        "ceph/pool-storage",
        [...path, "storage"],
        `${name} is for ${one.application}, and Proxmox makes no storage of that.`,
        "Remove `storage`, or write `application: rbd`.",
      ),
    );
  }
  if (one.size > hosts.length) {
    findings.push(tooFew(path, name, one.size, hosts));
  }
  return findings;
}
