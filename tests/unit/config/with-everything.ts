import type { ClusterSpec } from "../../../config/schema/cluster.js";
import { specOf } from "./plan/stacks.js";

const BASE = {
  domain: "home.example",
  dns: ["10.203.3.1"],
  ntp: ["10.203.3.1"],
  timezone: "Europe/Vienna",
};
const password = { pulumi: "password" };

const login = { user: "fence", password };
const OID = "1.3.6.1.4.1.99999.1";
const TABLE = {
  off: { oid: OID, value: 0 },
  on: { oid: OID, value: 1 },
  state: { oid: OID, off: 0, on: 1 },
  name: OID,
};
const FENCE = {
  ipmi: { address: "10.203.3.31", login, uuid: "4c4c4544-0042-4a10-8051-b4c04f4d3332" },
  pdu: [
    {
      address: "10.203.3.60",
      model: "apc-snmp" as const,
      outlets: ["7"],
      login: { ...login, encryptionPassword: password },
    },
    {
      address: "10.203.3.61",
      model: "other-snmp" as const,
      outlets: ["7"],
      community: password,
      table: TABLE,
    },
  ],
};

/** A guest that leaves nothing to Proxmox. */
const KEPT = { checksum: `sha256:${"a".repeat(64)}`, storages: ["nfs-isos"] };
export const IMAGES = {
  system: { ...KEPT, url: "https://images.example/a.img", file: "a.qcow2" },
  template: { ...KEPT, url: "https://images.example/debian.tar.zst" },
};

export const FULL_CONTAINER = {
  id: 112,
  kind: "container" as const,
  node: "frege",
  cores: 2,
  memory: "1GiB",
  swap: "256MiB",
  template: "template",
  unprivileged: true,
  features: { nesting: true, keyctl: false, fuse: true },
  disks: [{ storage: "nfs-vms", size: "4GiB" }],
  nics: [{ network: "management", address: "10.203.3.51" }],
};

export const FULL_GUEST = {
  id: 110,
  node: "frege",
  os: "talos" as const,
  cores: 2,
  memory: "2GiB",
  balloon: "1GiB",
  cpu: "host",
  numa: true,
  machine: "q35" as const,
  firmware: "uefi" as const,
  disks: [
    {
      storage: "nfs-vms",
      size: "8.5GiB",
      slot: "virtio0",
      image: "system",
      cache: "none" as const,
      discard: false,
      ssd: true,
      iothread: true,
      backup: false,
    },
  ],
  nics: [
    {
      network: "management",
      address: "10.203.3.50",
      slot: "net1",
      model: "e1000" as const,
      mac: "bc:24:11:00:00:64",
      firewall: true,
    },
  ],
  serial: true,
  agent: true,
  cloudInit: {
    storage: "nfs-vms",
    user: "admin",
    keys: [`ssh-ed25519 AAAA${"C".repeat(40)} a`],
    dns: ["10.203.3.1"],
    domain: "home.example",
  },
  description: "first\nsecond\n",
  tags: ["lab"],
  protection: true,
  startup: false,
  order: { position: 1, upSeconds: 30, downSeconds: 60 },
  restart: "allowed" as const,
};

const FAST = { model: "FAST*", serial: "S*", path: "/dev/disk/by-path/*", rotational: false };
/** OSDs whose databases and logs lie on other disks, in each way to name these. */
const WITH_SLOTS = [
  { device: "/dev/disk/by-id/fast-a", count: 1, size: "60GB" },
  { select: { ...FAST, size: "400GB" }, count: 1, size: "60GB" },
  { select: { ...FAST, atLeast: "300GB", atMost: "500GB" }, count: 1, size: "60GB" },
].map((slot) => ({
  select: { model: "DATA*" },
  size: "4TB",
  db: slot,
  wal: { ...slot, size: "2GB" },
}));

/** Clusters that use what the four stack files leave out, so that a planner gets to read it. */
export const WITH_EVERYTHING: readonly ClusterSpec[] = [
  specOf("gtr7", {
    ceph: {
      release: "squid",
      publicNetwork: "ring",
      osds: { everyNode: [{ select: { model: "DATA*" }, size: "2TB" }] },
    },
  }),
  specOf("frege", {
    guests: { full: FULL_GUEST, box: FULL_CONTAINER },
    images: IMAGES,
  }),
  specOf("frege", {
    install: { country: "at", mail: "root@home.example", disks: { serial: "S6Z1*" } },
    nodes: {
      frege: {
        id: 1,
        address: "10.203.3.11",
        hardware: "ms-01",
        install: { disks: { model: "DISK*" } },
      },
      russell: { id: 2, address: "10.203.3.12", hardware: "ms-01" },
    },
  }),
  specOf("frege", {
    ceph: {
      release: "squid",
      publicNetwork: "management",
      osds: { everyNode: [{ select: { model: "DATA*" }, size: "4TB" }] },
    },
  }),
  specOf("frege", {
    ceph: {
      release: "squid",
      publicNetwork: "management",
      osds: { everyNode: WITH_SLOTS, nodes: { frege: WITH_SLOTS } },
    },
  }),
  specOf("frege", {
    ceph: {
      release: "squid",
      publicNetwork: "management",
      osds: {
        nodes: {
          frege: [
            { device: "/dev/disk/by-id/nvme-a" },
            { select: { model: "DATA*", size: "2TB" }, count: 2, class: "ssd" },
          ],
        },
      },
      pools: {
        "vm-disks": {
          storage: "disks",
          content: ["images"],
          compression: { mode: "aggressive", algorithm: "zstd" },
        },
        archive: { erasure: { data: 2, parity: 1 } },
      },
      filesystems: { shared: { storage: "files", content: ["iso"], share: 0.1, standby: false } },
      recovery: { priority: "guests", backfills: 2, operations: 5 },
      dashboard: { certificate: { chain: password, key: password } },
    },
    access: {
      installerPassword: password,
      hostKeys: { frege: `SHA256:${"A".repeat(43)}` },
      jump: { host: "bastion.example", user: "ops" },
    },
    storage: {
      smb: {
        cifs: {
          server: "10.203.3.99",
          share: "x",
          user: "pve",
          password,
          domain: "HOME",
          version: "3",
        },
        content: ["backup"],
        prune: { keepAll: true, keepLast: 1, keepHourly: 1, keepYearly: 1 },
      },
      server: {
        pbs: {
          server: "10.203.3.97",
          datastore: "x",
          namespace: "y",
          user: "a@pbs",
          password,
          fingerprint: Array<string>(32).fill("AB").join(":"),
        },
        content: ["backup"],
      },
      folder: { dir: { path: "/srv/x" }, content: ["iso"] },
      tank: { zfs: { pool: "rpool/x" }, content: ["images"] },
      thin: { lvmThin: { volumeGroup: "pve", thinPool: "x" }, content: ["images"] },
    },
    base: { ...BASE, sysctl: { "vm.swappiness": 10 }, zfsArcMax: "8GiB" },
    install: {
      country: "at",
      keyboard: "de",
      mail: "root@home.example",
      afterwards: "power-off",
      layout: "ext4",
      room: "100GiB",
      disks: { model: "*", count: 1, size: "1TB" },
    },
    nodes: {
      frege: {
        fence: FENCE,
        id: 1,
        address: "10.203.3.11",
        addresses: { storage: ["10.8.48.11", "fd00:48::11"] },
        hardware: "ms-01",
        install: {
          disks: { serial: "S6Z1*", count: 2, size: "480GB" },
          layout: "zfs-raid1",
          room: "200GB",
          ports: { enp87s0: "58:47:CA:70:00:11" },
        },
        overrides: {
          memory: "64GiB",
          threads: 8,
          reserve: { memory: "4GiB", threads: 2 },
          nics: [{ name: "enp87s0", speed: "2500Mbit/s" }],
          thunderboltPorts: [{ name: "en05", path: "pci-0000:00:0d.2" }],
          ringMtu: 9000,
          watchdog: "softdog",
          kernelParameters: ["quiet"],
        },
      },
    },
    networks: {
      management: { cidr: "10.203.3.0/24", on: "vmbr0" },
      storage: { cidr: "10.8.48.0/24", cidr6: "fd00:48::/64", on: "vmbr0", vlan: 48 },
      ring: { thunderbolt: {}, loopbacks: "10.255.255.0/24" },
    },
    interfaces: {
      vmbr0: { bridge: { ports: ["enp87s0"] }, cabling: { frege: { enp87s0: "leaf1:7" } } },
    },
    datacenter: {
      bandwidthLimits: { default: "1GB" },
      notifications: {
        mail: { ops: { to: ["ops@home.example"] } },
        smtp: { relay: { server: "mail.home.example", from: "pve@home.example" } },
        gotify: { phone: { server: "https://gotify.home.example", token: password } },
        webhook: { chat: { url: "https://chat.home.example", headers: { a: "b" } } },
        matchers: { trouble: { targets: ["ops"] } },
      },
    },
    backup: {
      jobs: {
        all: {
          schedule: "02:00",
          storage: "share",
          select: { except: [101] },
          prune: {
            keepAll: true,
            keepLast: 1,
            keepHourly: 1,
            keepDaily: 1,
            keepWeekly: 1,
            keepMonthly: 1,
            keepYearly: 1,
          },
          bandwidth: "200MB",
          repeatMissed: true,
          notes: "{{guestname}}",
          fleecing: "thin",
          mail: { to: ["ops@home.example"] },
          comment: "x",
          overdueAfter: "2d",
        },
        pool: { schedule: "03:00", storage: "share", select: { pool: "p" } },
        some: { schedule: "04:00", storage: "share", select: { guests: [100] } },
      },
    },
    ha: {
      placements: { first: { nodes: { frege: 100 } }, second: { frege: 100 } },
      resources: { "vm:100": {}, "vm:101": {} },
      apart: { far: ["vm:100", "vm:101"] },
      together: { near: ["vm:100", "vm:101"] },
    },
    corosync: {
      links: [{ network: "management", priority: 20 }, "ring"],
      qdevice: { address: "10.203.3.98", password },
    },
    hooks: [{ phase: "ha", when: "after", on: "controller", command: "true" }],
  }),
];
