import { z } from "zod";
import { cephDashboard } from "./ceph-dashboard.js";
import { cephSlots, diskById } from "./ceph-slots.js";
import { diskSelect } from "./disk-select.js";
import { field } from "./field.js";
import { networkName, nodeName, storageId } from "./primitives.js";
import { oneLine } from "./text.js";
import { duration, size } from "./units.js";

const osd = z
  .strictObject({
    device: field(diskById.optional(), "One disk.", "/dev/disk/by-id/nvme-Samsung_990_S6Z1"),
    select: field(diskSelect.optional(), "All disks that are as described."),
    count: field(z.int().min(1).default(1), "How many disks that must be on each node.", 12),
    size: field(size.optional(), "Size of the disk, for the capacity check.", "2TB"),
    partition: field(
      size.optional(),
      "A partition of this size beside what is on the disk, instead of all of it.",
      "1800GB",
    ),
    perDevice: field(
      z.int().min(1).max(16).default(1),
      "OSDs that share each disk, in equal parts. For very fast disks; each needs memory of its own.",
      2,
    ),
    db: field(
      cephSlots("60GB").optional(),
      "Faster disks for the databases of these OSDs, with their logs. A disk that is lost takes all OSDs along whose databases lie on it.",
    ),
    wal: field(
      cephSlots("2GB").optional(),
      "Still faster disks for their logs alone; the logs lie with the databases when left out.",
    ),
    class: field(z.enum(["hdd", "ssd", "nvme"]).default("nvme"), "CRUSH device class.", "nvme"),
    encrypted: field(z.boolean().default(false), "Encrypt at rest.", false),
  })
  .refine(
    (one) => (one.device === undefined) !== (one.select === undefined),
    "say exactly one of device or select",
  );

/** Ceph keeps names that begin with a dot to itself, and Proxmox's paths bear no others. */
const name = oneLine.regex(
  /^[A-Za-z0-9][A-Za-z0-9._-]*$/,
  "begin with a letter or digit; letters, digits, '.', '_' and '-' follow",
);

const compression = z.strictObject({
  mode: field(
    z.enum(["none", "passive", "aggressive", "force"]).default("aggressive"),
    "What is compressed: nothing, what clients ask for, what they do not speak against, all.",
    "aggressive",
  ),
  algorithm: field(
    z.enum(["lz4", "snappy", "zlib", "zstd"]).optional(),
    "By what; the choice of each OSD, snappy, when left out.",
    "zstd",
  ),
});

const erasure = z.strictObject({
  data: field(
    z.int().min(2).max(16),
    "Parts that hold an object once; any so many can read it.",
    4,
  ),
  parity: field(z.int().min(1).max(8), "Parts that may be lost.", 2),
});

const pool = z.strictObject({
  size: field(z.int().min(1).max(7).default(3), "Copies of each object.", 3),
  minSize: field(z.int().min(1).max(7).default(2), "Copies below which writes stop.", 2),
  pgs: field(z.int().min(8).max(32768).optional(), "Placement groups to start with.", 128),
  autoscale: field(
    z.enum(["on", "off", "warn"]).default("on"),
    "Placement-group autoscaler.",
    "on",
  ),
  share: field(
    z.number().min(0).max(1).optional(),
    "Expected share of the data among all pools, for the autoscaler. No limit.",
    0.6,
  ),
  quota: field(size.optional(), "Hard limit of stored bytes.", "55TB"),
  compression: field(
    compression.optional(),
    "Whether OSDs compress what is written from then on; left as it is when left out.",
  ),
  application: field(z.enum(["rbd", "cephfs", "rgw"]).default("rbd"), "Use of the pool.", "rbd"),
  erasure: field(
    erasure.optional(),
    "Cut into parts instead of copied; `size` and `minSize` are then those of the small pool for metadata beside it.",
  ),
  class: field(z.enum(["hdd", "ssd", "nvme"]).optional(), "Only on disks of this class.", "nvme"),
  failureDomain: field(
    z.enum(["host", "rack", "datacenter"]).default("host"),
    "What may fail with one copy or part alone: they lie on different ones. Racks and datacenters are labels of the nodes.",
    "rack",
  ),
  storage: field(
    storageId.nullable().optional(),
    "Proxmox storage id; the pool's name by default, null for none.",
    "vm-disks",
  ),
  content: field(
    z.array(z.enum(["images", "rootdir"])).default(["images", "rootdir"]),
    "What the storage holds.",
    ["images"],
  ),
  production: field(z.boolean().default(true), "Whether loss of the data would hurt.", true),
});

const filesystem = z.strictObject({
  pgs: field(z.int().min(8).max(32768).default(128), "Placement groups of the data pool.", 128),
  share: field(z.number().min(0).max(1).optional(), "Expected share of the data.", 0.08),
  standby: field(z.boolean().default(true), "A hot standby metadata server.", true),
  storage: field(
    storageId.nullable().optional(),
    "Proxmox storage id; the name by default, null for none.",
    "cephfs",
  ),
  content: field(
    z.array(z.enum(["iso", "vztmpl", "snippets", "import"])).default(["iso", "vztmpl"]),
    "What the storage holds. Backups belong outside the cluster.",
    ["iso"],
  ),
});

const recovery = z.strictObject({
  priority: field(
    z.enum(["guests", "balanced", "recovery"]).optional(),
    "Who goes first while data is healed.",
    "balanced",
  ),
  backfills: field(
    z.int().min(1).max(10).optional(),
    "Placement groups that are moved from or to one OSD at a time.",
    2,
  ),
  operations: field(z.int().min(1).max(20).optional(), "Objects that one OSD heals at a time.", 5),
});

export const ceph = z.strictObject({
  release: field(
    z.enum(["pacific", "quincy", "reef", "squid", "tentacle"]),
    "Ceph release; the Proxmox version decides which are possible.",
    "squid",
  ),
  publicNetwork: field(
    networkName,
    "Network of clients and monitors; all disk traffic of guests uses it.",
    "storage",
  ),
  clusterNetwork: field(
    networkName.optional(),
    "Network of replication; the public one when left out.",
    "storage",
  ),
  slowNetworkAccepted: field(
    z.boolean().default(false),
    "Networks of 1 Gbit/s or less are enough, as for a test.",
    false,
  ),
  monitors: field(
    z.array(nodeName).min(1).optional(),
    "Nodes with a monitor; three (or five) of them by default.",
    ["pve1-node1"],
  ),
  managers: field(
    z.array(nodeName).min(1).optional(),
    "Nodes with a manager; beside the monitors by default.",
  ),
  metadataServers: field(
    z.array(nodeName).min(1).optional(),
    "Nodes with a metadata server; beside the monitors by default.",
  ),
  osds: field(
    z.strictObject({
      everyNode: field(z.array(osd).default([]), "Disks that every node has."),
      nodes: field(
        z.record(nodeName, z.array(osd)).default({}),
        "Disks of single nodes, instead of those of every node.",
      ),
      allowUneven: field(
        z.boolean().default(false),
        "Nodes may have different numbers of OSDs.",
        false,
      ),
      memoryTarget: field(
        z.union([z.literal("auto"), size]).optional(),
        "Memory target of each OSD; Ceph's own, 4 GiB, when left out. `auto`: as much as the tightest host can spare beside its guests, those that may come to it and 10 % of its memory, 2 to 8 GiB.",
        "auto",
      ),
    }),
    "Disks for data.",
  ),
  pools: field(z.record(name, pool).default({}), "Pools, replicated or by an erasure code."),
  filesystems: field(z.record(name, filesystem).default({}), "CephFS file systems."),
  dashboard: field(
    cephDashboard.default(false),
    "Page of the managers, on their addresses in the management network. `true` is the page alone, with nobody who may log in.",
    { users: { anna: { password: { ssm: "/pve1/ceph/dashboard_password" } } } },
  ),
  metrics: field(z.boolean().default(true), "Prometheus module of the managers.", true),
  downOutInterval: field(
    duration.optional(),
    "After this time a down OSD counts as lost; Ceph's own, ten minutes, when left out.",
    "10m",
  ),
  growth: field(
    size.optional(),
    "Data that is added each month, counted once and not for each copy. The preview says then when Ceph will warn.",
    "500GB",
  ),
  recovery: field(recovery.optional(), "How much of the disks the healing of data may take."),
});
