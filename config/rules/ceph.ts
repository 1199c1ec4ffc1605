import { list } from "../findings/enumeration.js";
import { diskSize } from "../findings/figures.js";
import { type CodeTable, type Draft, drafter, type Path } from "../findings/finding.js";
import { dashboardCodes, dashboardDrafts } from "./ceph-dashboard.js";
import { erasureCodes, erasureDrafts } from "./ceph-erasure.js";
import { filesystemCodes, filesystemDrafts } from "./ceph-filesystems.js";
import { guestDiskCodes, guestDiskDrafts } from "./ceph-guest-disks.js";
import { locationCodes, locationDrafts } from "./ceph-locations.js";
import { monitorCodes, monitorDrafts } from "./ceph-monitors.js";
import type { Ceph, NodeOsds, Osd } from "./ceph-osds.js";
import { poolCodes, poolDrafts } from "./ceph-pools.js";
import { recordedCodes, recordedDrafts } from "./ceph-recorded.js";
import { retiredCodes, retiredDrafts } from "./ceph-retired.js";
import { settingCodes, settingDrafts } from "./ceph-settings.js";
import { sharedCodes, sharedDrafts } from "./ceph-shared-disks.js";
import { speedCodes, speedDrafts } from "./ceph-speed.js";
import type { Facts } from "./facts.js";
import type { RuleSet } from "./rule.js";

const codes = {
  "ceph/unknown-network": { severity: "error", about: "Ceph uses a network that is not declared." },
  "ceph/unknown-node": { severity: "error", about: "A node with a Ceph role does not exist." },
  "ceph/public-on-management": {
    severity: "warning",
    about:
      "All disk traffic of guests is public traffic. Only replication uses the cluster network.",
  },
  "ceph/even-monitors": {
    severity: "error",
    about:
      "An even number of monitors survives no more losses than one fewer, and has one more that can fail.",
  },
  "ceph/too-many-monitors": {
    severity: "warning",
    about: "Beyond five, monitors only slow each other down.",
  },
  "ceph/guessed-disk": {
    severity: "warning",
    about:
      "A disk by its serial number is given for every node. No disk is taken on a guess: each node's own have to be named.",
  },
  "ceph/duplicate-device": { severity: "error", about: "A disk is given to two OSDs." },
  "ceph/partition-too-large": {
    severity: "error",
    about: "The partition is larger than its disk.",
  },
  ...locationCodes,
  ...monitorCodes,
  ...dashboardCodes,
  ...recordedCodes,
  ...retiredCodes,
  ...settingCodes,
  ...sharedCodes,
  ...speedCodes,
  ...filesystemCodes,
  ...erasureCodes,
  ...poolCodes,
  ...guestDiskCodes,
} as const satisfies CodeTable;
const draft = drafter(codes);

function check(facts: Facts): Draft[] {
  const { ceph } = facts.spec;
  if (ceph === undefined) {
    return [];
  }
  const hosts = hostsOf(facts, ceph);
  return [
    ...references(facts, ceph),
    ...monitors(ceph),
    ...disks(ceph),
    ...guesses(facts, ceph),
    ...settingDrafts(ceph),
    ...speedDrafts(facts, ceph),
    ...dashboardDrafts(ceph),
    ...recordedDrafts(facts),
    ...retiredDrafts(facts),
    ...filesystemDrafts(facts, ceph),
    ...erasureDrafts(facts, ceph, hosts),
    ...monitorDrafts(facts),
    ...locationDrafts(facts, ceph, hosts),
    ...poolDrafts(ceph, hosts),
    ...guestDiskDrafts(facts.spec, ceph, hosts),
  ];
}

function hostsOf(facts: Facts, ceph: Ceph): NodeOsds[] {
  return facts.nodeNames
    .map((node) => ({ node, osds: ceph.osds.nodes[node] ?? ceph.osds.everyNode }))
    .filter(({ osds }) => osds.length > 0);
}

function references({ spec }: Facts, ceph: Ceph): Draft[] {
  const networks = (["publicNetwork", "clusterNetwork"] as const).flatMap((key) => {
    const name = ceph[key];
    return name === undefined || spec.networks[name] !== undefined
      ? []
      : [
          draft(
            "ceph/unknown-network",
            ["ceph", key],
            `There is no network ${name}.`,
            `Write one of ${list(Object.keys(spec.networks))}.`,
          ),
        ];
  });
  const role = (path: Path, node: string, atKey: boolean): Draft[] =>
    spec.nodes[node] === undefined
      ? [
          draft(
            "ceph/unknown-node",
            path,
            `There is no node ${node}.`,
            `Write one of ${list(Object.keys(spec.nodes))}.`,
            { atKey },
          ),
        ]
      : [];
  const roles = (["monitors", "managers", "metadataServers"] as const).flatMap((key) =>
    (ceph[key] ?? []).flatMap((node, index) => role(["ceph", key, index], node, false)),
  );
  const osds = Object.keys(ceph.osds.nodes).flatMap((node) =>
    role(["ceph", "osds", "nodes", node], node, true),
  );
  const slow =
    ceph.publicNetwork === "management" &&
    ceph.clusterNetwork !== undefined &&
    ceph.clusterNetwork !== "management"
      ? [
          draft(
            "ceph/public-on-management",
            ["ceph", "publicNetwork"],
            "Guests would reach their disks over the management network, and only replication over the fast one.",
            `Write \`publicNetwork: ${ceph.clusterNetwork}\` too.`,
          ),
        ]
      : [];
  return [...networks, ...roles, ...osds, ...slow];
}

function monitors({ monitors: chosen }: Ceph): Draft[] {
  if (chosen === undefined) {
    return [];
  }
  const path = ["ceph", "monitors"];
  if (chosen.length % 2 === 0) {
    return [
      draft(
        "ceph/even-monitors",
        path,
        `${chosen.length} monitors tolerate no more losses than ${chosen.length - 1}.`,
        "Name three nodes (or five); a fourth node needs no monitor.",
      ),
    ];
  }
  return chosen.length > 5
    ? [
        draft(
          "ceph/too-many-monitors",
          path,
          `${chosen.length} monitors are more than any cluster of this size needs.`,
          "Name three nodes or five.",
        ),
      ]
    : [];
}

function everyOsd(
  ceph: Ceph,
): { readonly osd: Osd; readonly path: Path; readonly group: string }[] {
  return [
    ...ceph.osds.everyNode.map((osd, index) => ({
      osd,
      path: ["ceph", "osds", "everyNode", index],
      group: "",
    })),
    ...Object.entries(ceph.osds.nodes).flatMap(([node, osds]) =>
      osds.map((osd, index) => ({
        osd,
        path: ["ceph", "osds", "nodes", node, index],
        group: node,
      })),
    ),
  ];
}

/** A name of /dev/disk/by-id holds the serial number, so no two machines can have the same one. */
function guesses({ nodeNames }: Facts, ceph: Ceph): Draft[] {
  const users = nodeNames.filter((node) => ceph.osds.nodes[node] === undefined);
  return users.length < 2
    ? []
    : ceph.osds.everyNode.flatMap(({ device }, index) =>
        device === undefined
          ? []
          : [
              draft(
                "ceph/guessed-disk",
                ["ceph", "osds", "everyNode", index, "device"],
                `${device} is one disk of one machine, and would have to be in ${list(users)}.`,
                "Write each node's own disks under `ceph.osds.nodes` as `ls -l /dev/disk/by-id` shows them there, or `select` by model and size.",
              ),
            ],
      );
}

function disks(ceph: Ceph): Draft[] {
  const seen = new Set<string>();
  return everyOsd(ceph).flatMap(({ osd, path, group }) => {
    const findings = sharedDrafts(osd, path);
    const by = Object.keys(osd.select ?? {}).map((field) => `\`${field}\``);
    const disk = osd.device ?? `A rule for disks by ${list(by)}`;
    const key = `${group} ${osd.device ?? JSON.stringify(osd.select)}`;
    if (seen.has(key)) {
      findings.push(
        draft(
          "ceph/duplicate-device",
          path,
          `${disk} stands there twice.`,
          osd.device === undefined
            ? "Write one entry with a higher `count`."
            : "Name each disk once.",
        ),
      );
    }
    seen.add(key);
    const size = osd.size ?? osd.select?.size;
    if (size !== undefined && osd.partition !== undefined && osd.partition > size) {
      findings.push(
        draft(
          "ceph/partition-too-large",
          [...path, "partition"],
          `A partition of ${diskSize(osd.partition)} does not fit on a disk of ${diskSize(size)}.`,
          "Write a smaller partition, or leave `partition` out to use the whole disk.",
        ),
      );
    }
    return findings;
  });
}

export const ceph: RuleSet = { subject: "Ceph", codes, check };
