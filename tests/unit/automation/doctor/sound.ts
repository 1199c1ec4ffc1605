import type { NodeFacts } from "../../../../automation/doctor/node-facts.js";
import { SERVICES } from "../../../../automation/doctor/node-script.js";
import type { DeviceAnswer } from "../../../../automation/doctor/power-devices.js";
import { pathsOf, remoteStorages } from "../../../../automation/doctor/questions.js";
import { type ClusterPlan, nodeOf } from "../../../../config/plan/index.js";
import type { CorosyncConf } from "../../../../dynamic-providers/membership/corosync-conf.js";
import { parseMembershipFacts } from "../../../../dynamic-providers/membership/facts.js";
import { parseVotes } from "../../../../dynamic-providers/membership/votes.js";
import type { FoundDisk } from "../../../../dynamic-providers/pveceph/disks.js";

export const NOW_MS = Date.UTC(2026, 10, 21);
export const PIN = "AA:BB";

/** A freshly installed node on which nothing is wrong. */
export function soundNode(plan: ClusterPlan, node: string): NodeFacts {
  const { address, network } = nodeOf(plan, node);
  return {
    node,
    reachable: true,
    membership: {
      ...parseMembershipFacts(""),
      hostName: node,
      pveVersion: `${plan.major}.1.2`,
      ownAddress: address,
      resolves: Object.fromEntries(plan.nodes.map(({ name, address }) => [name, address])),
    },
    clock: { fromMs: -100, toMs: 100 },
    kernel: "6.14.8-2-pve",
    chrony: { active: true, synchronised: true },
    nics: network.interfaces.flatMap(({ kind, name }) =>
      kind === "port" || kind === "ring-port"
        ? [{ name, carrier: true, speedMbit: 200_000, mtu: 1500, device: "", driver: "" }]
        : [],
    ),
    peers: [],
    neighbours: [],
    disks: (plan.ceph?.osds ?? [])
      .filter((osd) => osd.node === node)
      .map(({ rule }, index) => ({
        ...blankDisk(`/dev/nvme${index}n1`),
        ...(rule.by === "name" ? { names: [rule.path] } : {}),
        ...(rule.by === "select" && rule.sizeBytes !== undefined
          ? { sizeBytes: rule.sizeBytes }
          : {}),
      })),
    subscription: "notfound",
    space: [{ mount: "/", sizeBytes: 100e9, freeBytes: 50e9 }],
    brokenPackages: "",
    memoryBytes: 1024 * 2 ** 30,
    frr: undefined,
    frrRouters: [],
    fabrics: [],
    watchdog: { devices: ["watchdog0 iTCO_wdt"], modulePresent: true },
    udpPorts: [{ port: 323, holder: "chronyd" }],
    servers: remoteStorages(plan, node).map(({ address, port }) => ({
      address,
      port,
      open: true,
      exports: undefined,
    })),
    services: {},
    certificates: [],
    storages: {},
    pathsOutput: "",
  };
}

export function blankDisk(device: string): FoundDisk {
  const model = "Micron_7450_MTFDKCC7T6TFR";
  return {
    device,
    names: [],
    paths: [],
    model,
    serial: device.slice(5),
    sizeBytes: 7.68e12,
    rotational: false,
  };
}

/** The same node as a healthy member. */
export function soundMember(plan: ClusterPlan, node: string): NodeFacts {
  const fresh = soundNode(plan, node);
  const conf: CorosyncConf = corosyncConf(plan.name, 3);
  return {
    ...fresh,
    membership: {
      ...fresh.membership,
      conf,
      localConf: conf,
      quorate: true,
      votes: votesOf(plan.corosync.quorum.expectedVotes, plan.corosync.quorum.expectedVotes),
    },
    udpPorts: [{ port: 5405, holder: "corosync" }],
    services: Object.fromEntries(SERVICES.map((name) => [name, "active"])),
    certificates: [{ path: "/etc/pve/local/pve-ssl.pem", endsAt: "Nov 20 10:51:08 2028 GMT" }],
    storages: Object.fromEntries(plan.storages.map(({ id }) => [id, "active"])),
    pathsOutput: pathsOf(plan, node)
      .map(
        ({ to, from, through: [port = "eno1"] = [] }, index) =>
          `${index}|${to} dev ${port} src ${from}|5 packets transmitted, 5 received rtt min/avg/max/mdev = 0.1/0.2/0.3/0.0 ms`,
      )
      .join("\n"),
  };
}

/** What a member counts. */
export function votesOf(present: number, expected: number): NodeFacts["membership"]["votes"] {
  return { ...parseVotes(""), quorate: present > expected / 2, present, expected };
}

export function corosyncConf(clusterName: string, configVersion: number): CorosyncConf {
  return {
    clusterName,
    configVersion,
    nodes: [],
    linkPriorities: {},
    totem: {},
    quorum: { values: {}, sections: [] },
    logging: { values: {}, sections: [] },
  };
}

/** A power device that answers as it should and is pinned. */
export function soundDevice(node: string): DeviceAnswer {
  const uuid = "4c4c4544-0042-4a10-8051-b4c04f4d3332";
  return {
    device: { node, kind: "amt", address: "10.203.3.21", level: 1, uuid, fingerprint: PIN },
    certificate: {
      fingerprint: PIN,
      subject: "amt",
      validTo: new Date(NOW_MS + 400 * 86_400_000),
    },
    outcome: { kind: "answered", identity: { uuid }, state: "on" },
  };
}
