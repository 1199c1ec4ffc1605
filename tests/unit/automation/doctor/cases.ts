import type { DoctorSeverity } from "../../../../automation/doctor/finding.js";
import type { DoctorCode } from "../../../../config/findings/doctor-codes.js";
import { blankDisk, corosyncConf, NOW_MS, votesOf } from "./sound.js";
import {
  formedWorld,
  freshWorld,
  memberOn,
  onNode,
  type World,
  withDevice,
  withRing,
} from "./world.js";

export interface Case {
  readonly code: DoctorCode;
  readonly severity: DoctorSeverity;
  readonly when: string;
  readonly node: string;
  readonly world: () => World;
  readonly evidence: string;
}

const row = (
  code: DoctorCode,
  severity: DoctorSeverity,
  when: string,
  evidence: string,
  world: () => World,
  node = "russell",
): Case => ({ code, severity, when, node, world, evidence });

const on =
  (change: Parameters<typeof onNode>[2], node = "russell") =>
  () =>
    onNode(freshWorld(), node, change);
const member =
  (change: Parameters<typeof memberOn>[2], node = "russell") =>
  () =>
    memberOn(freshWorld(), node, change);
const formed = (change: Parameters<typeof onNode>[2]) => () =>
  onNode(formedWorld(), "russell", change);
const dead = {
  node: "russell",
  reachable: false,
  why: "no answer within 5 s",
  doNext: "",
} as const;

const HOST: readonly Case[] = [
  row("host/unreachable", "error", "a host does not answer", "no answer within 5 s", () => {
    const world = freshWorld();
    return { ...world, nodes: world.nodes.map((one) => (one.node === "russell" ? dead : one)) };
  }),
  row(
    "host/name",
    "error",
    "a host has another name",
    "calls itself pve",
    member({ hostName: "pve" }),
  ),
  row(
    "host/space",
    "error",
    "almost no space is left",
    "0.9 GiB of 93.1 GiB are free on /var",
    on(() => ({ space: [{ mount: "/var", sizeBytes: 100e9, freeBytes: 1e9 }] })),
  ),
  row(
    "host/space",
    "warning",
    "little space is left",
    "3.7 GiB of 93.1 GiB are free on /",
    on(() => ({ space: [{ mount: "/", sizeBytes: 100e9, freeBytes: 4e9 }] })),
  ),
  row(
    "host/packages",
    "error",
    "an installation broke off",
    "chrony",
    on(() => ({ brokenPackages: "The following packages are only half configured: chrony" })),
  ),
  row(
    "host/memory",
    "warning",
    "a memory module is missing",
    "48.0 GiB of memory; the profile ms-01 says 96.0 GiB",
    on(() => ({ memoryBytes: 48 * 2 ** 30 })),
  ),
  row(
    "host/clock",
    "error",
    "a clock is 30 s ahead",
    "30.00 s ahead of",
    on(() => ({ clock: { fromMs: 29_900, toMs: 30_100 } })),
  ),
  row(
    "host/time-source",
    "warning",
    "chrony follows nobody",
    "not synchronised",
    on(() => ({ chrony: { active: true, synchronised: false } })),
  ),
  row(
    "host/watchdog",
    "warning",
    "the kernel lacks the watchdog's module",
    "no module iTCO_wdt",
    on(() => ({ watchdog: { devices: [], modulePresent: false } })),
  ),
  row(
    "host/watchdog",
    "warning",
    "there is no watchdog device",
    "no watchdog device",
    on(() => ({ watchdog: { devices: [], modulePresent: true } })),
  ),
];

const PROXMOX: readonly Case[] = [
  row("proxmox/missing", "error", "it is plain Debian", "says nothing", member({ pveVersion: "" })),
  row(
    "proxmox/version",
    "error",
    "the major version is another",
    "Proxmox VE 8.4.1 is installed; the stack file says 9",
    member({ pveVersion: "8.4.1" }),
  ),
  row(
    "proxmox/versions-differ",
    "warning",
    "one node is behind",
    "9.0.3 here, 9.1.2 on frege",
    member({ pveVersion: "9.0.3" }),
  ),
  row(
    "proxmox/versions-differ",
    "info",
    "one node runs another kernel",
    "kernel 6.17.2-1-pve here",
    on(() => ({ kernel: "6.17.2-1-pve" })),
  ),
  row("proxmox/subscription", "error", "enterprise has no key", '"notfound"', () => ({
    ...freshWorld(),
    channel: "enterprise",
  })),
  row(
    "proxmox/subscription",
    "info",
    "a key is not used",
    "active subscription",
    on(() => ({ subscription: "active" })),
  ),
  row(
    "names/own",
    "warning",
    "its own name leads to loopback",
    "127.0.1.1, not 10.203.3.12",
    member({ ownAddress: "127.0.1.1" }),
  ),
  row(
    "names/member",
    "info",
    "a fresh host does not know the others",
    "frege, wittgenstein",
    member({ resolves: {} }),
  ),
  row(
    "names/member",
    "warning",
    "a name leads elsewhere",
    "frege leads to 10.9.9.9, not 10.203.3.11",
    () =>
      onNode(freshWorld(), "russell", ({ membership }) => ({
        membership: { ...membership, resolves: { ...membership.resolves, frege: "10.9.9.9" } },
      })),
  ),
  row("names/member", "error", "a member does not know the others", "frege, wittgenstein", () =>
    memberOn(formedWorld(), "russell", { resolves: {} }),
  ),
];

const PCI = "/sys/devices/pci0000:00/0000:00:0d.2/domain0/0-0/0-1";
const NETWORK: readonly Case[] = [
  row(
    "network/nic-missing",
    "error",
    "a port has another name",
    "there is no enp87s0; there are eno1",
    on(({ nics }) => ({
      nics: nics
        .map((one) => (one.name === "enp87s0" ? { ...one, name: "eno1" } : one))
        .slice(0, 1),
    })),
  ),
  row(
    "network/nic-speed",
    "warning",
    "a port came up slow",
    "100 Mbit/s; its profile says 2500",
    on(({ nics }) => ({ nics: nics.map((one) => ({ ...one, speedMbit: 100 })) })),
  ),
  row(
    "network/no-carrier",
    "warning",
    "a cable is out",
    "enp87s0 has no carrier",
    on(({ nics }) => ({ nics: nics.map((one) => ({ ...one, carrier: false })) })),
  ),
  row(
    "network/no-carrier",
    "info",
    "a port is switched off",
    "cannot be judged",
    on(({ nics }) => ({ nics: nics.map((one) => ({ ...one, carrier: undefined })) })),
  ),
  row(
    "network/ring-port",
    "info",
    "a Thunderbolt port still has the kernel's name",
    "en05 (0000:00:0d.2): there as thunderbolt0",
    on(({ nics }) => ({
      nics: nics.map((one) =>
        one.name === "en05" ? { ...one, name: "thunderbolt0", device: `${PCI}/0-1.0` } : one,
      ),
    })),
  ),
  row(
    "network/ring-peer",
    "info",
    "a Thunderbolt cable leads to a peer",
    "leads to frege at 20.0 Gb/s",
    on(() => ({ peers: [{ device: PCI, name: "frege", speed: "20.0 Gb/s" }] })),
  ),
  row(
    "network/lldp",
    "info",
    "LLDP sees a neighbour",
    "enp87s0 leads to switch-1",
    on(() => ({ neighbours: [{ port: "enp87s0", name: "switch-1" }] })),
  ),
  row(
    "network/frr-version",
    "warning",
    "FRR has the fault of late ports",
    "FRR 10.2.1-1",
    on(() => ({ frr: "10.2.1-1" })),
  ),
  row("network/frr-version", "error", "FRR drops link-local loopbacks", "FRR 8.5.2-1", () =>
    onNode(withRing(freshWorld(), { protocol: "openfabric" }), "russell", () => ({
      frr: "8.5.2-1",
    })),
  ),
  row(
    "network/sdn-owner",
    "error",
    "fabrics exist beside FRR files",
    "openfabric_fabric: ring",
    on(() => ({ fabrics: ["openfabric_fabric: ring"] })),
  ),
  row("network/sdn-owner", "error", "FRR files exist beside a fabric", "router openfabric 1", () =>
    onNode(withRing(freshWorld(), { owner: "sdn-fabric" }), "russell", () => ({
      frrRouters: ["router openfabric 1"],
    })),
  ),
];

const NAS = { address: "10.203.3.99", port: 2049 };
const onServer = (change: Parameters<typeof onNode>[2]) => () =>
  onNode(freshWorld("pve1"), "pve1-node2", change);
const STORAGE: readonly Case[] = [
  row(
    "storage/unreachable",
    "error",
    "the NAS is gone",
    "10.203.3.99 does not answer on TCP port 2049 (nfs-backups, nfs-isos, nfs-vms)",
    on(() => ({ servers: [{ ...NAS, open: false, exports: undefined }] })),
  ),
  row(
    "storage/export",
    "error",
    "the NAS lacks an export",
    "does not export /volume1/proxmox/backups (nfs-backups)",
    on(() => ({
      servers: [{ ...NAS, open: true, exports: ["/volume1/proxmox/vms", "/volume1/proxmox/isos"] }],
    })),
  ),
  row(
    "disk/missing",
    "error",
    "disks for Ceph are not there",
    "1 disks of the model *, 12 planned",
    onServer(() => ({ disks: [blankDisk("/dev/nvme0n1")] })),
    "pve1-node2",
  ),
  row(
    "disk/leftovers",
    "error",
    "disks for Ceph are in use",
    "/dev/nvme0n1 (Micron_7450_MTFDKCC7T6TFR, serial nvme0n1, 7.7 TB, LVM)",
    onServer(({ disks }) => ({ disks: disks?.map((one) => ({ ...one, used: "LVM" })) })),
    "pve1-node2",
  ),
  row(
    "disk/new",
    "warning",
    "a disk that a rule means was put in",
    "without an OSD: /dev/nvme12n1 (",
    onServer(({ disks = [] }) => ({
      disks: [
        ...disks.map((one, osd) => ({ ...one, used: "LVM", osd })),
        blankDisk("/dev/nvme12n1"),
      ],
    })),
    "pve1-node2",
  ),
];

const CLUSTER: readonly Case[] = [
  row(
    "cluster/foreign",
    "error",
    "a host is in another cluster",
    "member of the cluster other, not ms01",
    member({ conf: corosyncConf("other", 4) }),
  ),
  row(
    "cluster/leftovers",
    "error",
    "another cluster left files",
    "of the cluster other",
    member({ localConf: corosyncConf("other", 4) }),
  ),
  row(
    "cluster/leftovers",
    "warning",
    "an interrupted join left files",
    "/etc/corosync holds files",
    member({ authKeyPresent: true }),
  ),
  row(
    "cluster/guests",
    "error",
    "a host that has to join has guests",
    "guests 900",
    member({ guests: ["900"] }),
  ),
  row(
    "cluster/guests",
    "error",
    "the first node of the file has guests and the cluster exists without it",
    "guests 900",
    () => {
      const world = formedWorld();
      return {
        ...memberOn(world, "frege", {
          conf: undefined,
          localConf: undefined,
          guests: ["900"],
        }),
        formed: false,
      };
    },
    "frege",
  ),
  row(
    "cluster/would-lose",
    "error",
    "a host has a storage of its own",
    "storage.cfg: nfs: old-nas",
    member({ ownConfiguration: ["storage.cfg: nfs: old-nas"] }),
  ),
  row(
    "cluster/service",
    "error",
    "the cluster file system of a host has stopped",
    "what russell says of its cluster is not known: /etc/pve is not mounted",
    member({ unread: "/etc/pve is not mounted (pve-cluster is inactive)" }),
  ),
  row(
    "cluster/port-taken",
    "error",
    "something listens on corosync's port",
    "dnsmasq holds UDP port 5405",
    on(() => ({ udpPorts: [{ port: 5405, holder: "dnsmasq" }] })),
  ),
  row("cluster/quorum", "error", "a member is alone", "no quorum (1 of 3 votes)", () => ({
    ...memberOn(formedWorld(), "russell", { quorate: false, votes: votesOf(1, 3) }),
    formed: false,
  })),
  row("cluster/version", "error", "a member is behind", "config_version 2, 3", () =>
    memberOn(formedWorld(), "russell", { conf: corosyncConf("ms01", 2) }),
  ),
  row("cluster/link", "error", "a link is down", "link 1 to node 3", () =>
    memberOn(formedWorld(), "russell", { linksDown: ["link 1 to node 3 (169.254.1.3)"] }),
  ),
  row(
    "cluster/path",
    "error",
    "nothing passes at full size",
    "path management to frege: ",
    formed(() => ({ pathsOutput: "" })),
  ),
  row(
    "cluster/service",
    "error",
    "a service has failed",
    "pvestatd failed",
    formed(({ services }) => ({ services: { ...services, pvestatd: "failed" } })),
  ),
  row(
    "cluster/certificate",
    "error",
    "a certificate ends soon",
    "pve-ssl.pem: ends in 4 days",
    formed(() => ({
      certificates: [{ path: "/etc/pve/local/pve-ssl.pem", endsAt: "Nov 25 10:00:00 2026 GMT" }],
    })),
  ),
  row(
    "cluster/storage",
    "error",
    "a storage is inactive",
    "storage nfs-vms: inactive",
    formed(({ storages }) => ({ storages: { ...storages, "nfs-vms": "inactive" } })),
  ),
];

const failing = (failure: "timeout" | "login" | "certificate") => () =>
  withDevice(freshWorld(), (sound) => ({
    ...sound,
    outcome: { kind: "failed", failure, why: `it failed: ${failure}.`, doNext: "Look at it." },
  }));
const POWER: readonly Case[] = [
  row("bmc/unreachable", "error", "a BMC hangs", "it failed: timeout", failing("timeout"), "frege"),
  row("bmc/login", "error", "a BMC refuses the login", "login", failing("login"), "frege"),
  row(
    "bmc/login",
    "error",
    "the password cannot be read",
    "its password cannot be read: no such parameter",
    () =>
      withDevice(freshWorld(), (sound) => ({
        ...sound,
        outcome: { kind: "no-secret", why: "no such parameter", doNext: "" },
      })),
    "frege",
  ),
  row(
    "bmc/certificate",
    "error",
    "a BMC shows another certificate",
    "certificate",
    failing("certificate"),
    "frege",
  ),
  row(
    "bmc/certificate",
    "warning",
    "the certificate of a BMC has ended",
    "ended 2 days ago",
    () =>
      withDevice(freshWorld(), (sound) => ({
        ...sound,
        certificate: {
          fingerprint: "AA:BB",
          subject: "amt",
          validTo: new Date(NOW_MS - 2 * 86_400_000),
        },
      })),
    "frege",
  ),
  row(
    "bmc/wrong-machine",
    "error",
    "a BMC belongs to another machine",
    "the stack file says 4c4c4544",
    () =>
      withDevice(freshWorld(), (sound) => ({
        ...sound,
        outcome: {
          kind: "answered",
          identity: { uuid: "00000000-0000-4000-8000-000000000001" },
          state: "on",
        },
      })),
    "frege",
  ),
  row(
    "bmc/state",
    "warning",
    "a BMC does not know the state",
    "does not say clearly",
    () =>
      withDevice(freshWorld(), (sound) => ({
        ...sound,
        outcome: {
          kind: "answered",
          identity: { uuid: sound.device.uuid ?? "" },
          state: "unknown",
        },
      })),
    "frege",
  ),
  row(
    "bmc/identity",
    "info",
    "a BMC is not pinned",
    "the stack file names none",
    () =>
      withDevice(freshWorld(), (sound) => ({
        ...sound,
        device: { node: "frege", kind: "amt", address: "10.203.3.21", level: 1 },
      })),
    "frege",
  ),
  row(
    "bmc/unsupported",
    "info",
    "a node hangs on a switched outlet",
    "outlets are asked by the nodes' fencers",
    () => withDevice(freshWorld(), (sound) => ({ ...sound, outcome: { kind: "not-asked" } })),
    "frege",
  ),
];

/** Homelab's cluster, with one guest of its jobs and these backups of it. */
export const saved =
  (...agesH: readonly number[]) =>
  (): World => {
    const [vmid, node] = [110, "pve-ms01-01"];
    const guests = [{ kind: "vm" as const, vmid, name: "docker-host-01", node, bytes: 1 }];
    const backups = agesH.map((age) => ({
      volume: "nas-backups:backup/x",
      vmid: 110,
      bytes: 1,
      madeAtMs: NOW_MS - age * 3_600_000,
    }));
    const jobs = new Map([["daily", { guests, backups }]]);
    const backupsTold = {
      told: true,
      node: "pve-ms01-01",
      jobs,
      unsaved: ["vm:900 lab"],
      restores: {},
    } as const;
    return { ...formedWorld("homelab"), backups: backupsTold };
  };

/** The same, with a restore of the guest so many days ago, and one yesterday that failed. */
export function restoredAgo(days: number, isGood: boolean): World {
  const world = saved(1)();
  const one = { volume: "nas-backups:backup/x", seconds: 60 };
  const dayMs = 24 * 3_600_000;
  const restores = {
    110: { ...one, isGood, atMs: NOW_MS - days * dayMs },
    120: { ...one, isGood: false, atMs: NOW_MS - dayMs },
  };
  const { backups } = world;
  return backups?.told === true ? { ...world, backups: { ...backups, restores } } : world;
}

export const CASES: readonly Case[] = [
  ...HOST,
  ...PROXMOX,
  ...NETWORK,
  ...STORAGE,
  ...CLUSTER,
  ...POWER,
  row(
    "backup/overdue",
    "warning",
    "the newest backup of a guest is older than a day and two hours",
    "docker-host-01 (110) was saved last 27 h ago on nas-backups; daily promises one every 26 h",
    saved(27, 50),
    "pve-ms01-01",
  ),
  row(
    "backup/overdue",
    "warning",
    "a guest has no backup at all",
    "docker-host-01 (110) has no backup on nas-backups yet",
    saved(),
    "pve-ms01-01",
  ),
  row(
    "backup/never-restored",
    "warning",
    "no backup was ever brought back",
    "there are backups, and no drill has ever restored one",
    saved(1),
    "pve-ms01-01",
  ),
  row(
    "backup/never-restored",
    "warning",
    "a backup was brought back long ago",
    "the last backup that came back was restored 36 days ago",
    () => restoredAgo(36, true),
    "pve-ms01-01",
  ),
  row(
    "backup/unsaved",
    "warning",
    "no job saves a guest",
    "no backup job saves vm:900 lab",
    saved(1),
    "pve-ms01-01",
  ),
  row(
    "backup/unread",
    "warning",
    "nobody could tell what is saved",
    "is not known: no answer in time",
    () => ({
      ...formedWorld("homelab"),
      backups: { told: false, node: "pve-ms01-01", why: "no answer in time", doNext: "" },
    }),
    "pve-ms01-01",
  ),
];
