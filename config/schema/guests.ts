import { z } from "zod";
import { field } from "./field.js";
import { imageName } from "./images.js";
import {
  domainName,
  ip,
  networkName,
  nodeName,
  publicKey,
  storageId,
  unicastMac,
  vmId,
} from "./primitives.js";
import { oneLine, severalLines, someLine } from "./text.js";
import { size } from "./units.js";

const diskSlot = oneLine.regex(
  /^(scsi([0-9]|[12][0-9]|30)|virtio([0-9]|1[0-5])|sata[0-5])$/,
  "write a place of Proxmox: scsi0 to scsi30, virtio0 to virtio15 or sata0 to sata5",
);
const nicSlot = oneLine.regex(/^net([0-9]|[12][0-9]|3[01])$/, "write net0 to net31");

const disk = z.strictObject({
  storage: field(
    storageId,
    "Storage of the disk. Another one moves it there, while a virtual machine runs; a running container is restarted for it.",
    "vm-disks",
  ),
  size: field(
    size,
    "Size, rounded up to whole GiB. A larger one grows the disk in place; it is never shrunk, and what was grown by hand stays.",
    "100GiB",
  ),
  slot: field(
    diskSlot.optional(),
    "Place in the machine. By default the disk's position in the list: scsi0, scsi1, …",
    "scsi1",
  ),
  image: field(
    imageName.optional(),
    "Image under `images` that the disk is made from. It is used once: a disk that is there is never made again.",
    "debian-13",
  ),
  cache: field(
    z.enum(["none", "writethrough", "writeback", "directsync", "unsafe"]).optional(),
    "Cache mode.",
    "none",
  ),
  discard: field(
    z.boolean().optional(),
    "Freed blocks are given back to the storage; on in a disk that is made.",
    true,
  ),
  ssd: field(z.boolean().optional(), "The guest sees a solid-state disk.", true),
  iothread: field(z.boolean().optional(), "A thread of its own for the disk.", true),
  backup: field(z.boolean().optional(), "Whether backup jobs save the disk.", false),
});

const nic = z.strictObject({
  network: field(
    networkName,
    "Network the card is on: its bridge, and its VLAN where it has one.",
    "kubernetes",
  ),
  address: field(
    ip.optional(),
    "Address that the guest has. A container gets it, and a virtual machine by `cloudInit`; without that it is only checked against all other addresses.",
    "10.8.16.20",
  ),
  slot: field(
    nicSlot.optional(),
    "Place in the machine. By default the card's position in the list: net0, net1, …",
    "net1",
  ),
  model: field(
    z.enum(["virtio", "e1000", "e1000e", "rtl8139", "vmxnet3"]).optional(),
    "Kind of card; virtio in a guest that is made.",
    "virtio",
  ),
  mac: field(unicastMac.optional(), "Hardware address. Proxmox gives one.", "BC:24:11:00:00:64"),
  firewall: field(z.boolean().optional(), "Proxmox's firewall looks at the card.", false),
});

const haOfGuest = z.strictObject({
  placement: field(someLine.optional(), "Placement that the guest follows.", "production"),
  state: field(
    z.enum(["started", "stopped", "disabled", "ignored"]).default("started"),
    "State that HA keeps.",
    "started",
  ),
  maxRestart: field(z.int().min(0).max(10).default(1), "Restarts on the same node.", 1),
  maxRelocate: field(z.int().min(0).max(10).default(1), "Moves to another node.", 1),
});

const features = z.strictObject({
  nesting: field(z.boolean().optional(), "Containers inside, and newer systemd.", true),
  keyctl: field(z.boolean().optional(), "The key store of the kernel.", true),
  fuse: field(z.boolean().optional(), "File systems in user space.", false),
});

const seconds = z.int().min(0).max(86_400);
const order = z.strictObject({
  position: field(z.int().min(0).optional(), "Lower numbers start first and stop last.", 1),
  upSeconds: field(seconds.optional(), "Wait before the next guest starts.", 30),
  downSeconds: field(seconds.optional(), "Patience with its shutdown.", 120),
});

const cloudInit = z.strictObject({
  storage: field(
    storageId.optional(),
    "Storage of the drive that carries it; by default that of the first disk.",
    "vm-disks",
  ),
  user: field(
    oneLine.regex(/^[a-z_][a-z0-9_-]*$/, "write a login name").optional(),
    "User instead of the image's own.",
    "admin",
  ),
  keys: field(z.array(publicKey).default([]), "Public ssh keys of that user."),
  dns: field(z.array(ip).default([]), "Name servers; by default those of the node.", ["10.8.16.1"]),
  domain: field(domainName.optional(), "Search domain.", "home.example"),
});

const tag = oneLine.regex(
  /^[a-z0-9_][a-z0-9_\-+.]*$/,
  "use lower-case letters, digits, '_', '-', '+' and '.'",
);

const guest = z.strictObject({
  id: field(vmId, "Guest id, unique in the cluster. Another id is another guest.", 101),
  kind: field(z.enum(["vm", "container"]).default("vm"), "Virtual machine or container.", "vm"),
  os: field(
    z.enum(["talos", "linux", "other"]).default("linux"),
    "What runs inside. It says what a guest is made with where the file says nothing; Talos brings its own rules.",
    "talos",
  ),
  role: field(
    z.enum(["control-plane", "worker"]).optional(),
    "Part of a Talos guest in its Kubernetes cluster; control-plane when left out.",
    "worker",
  ),
  node: field(
    nodeName,
    "Node on which it is made. HA and people may move it afterwards, and it is never moved back for that.",
    "pve-ms01-01",
  ),
  cores: field(z.int().min(1), "Virtual processors.", 4),
  memory: field(size, "Memory.", "16GiB"),
  balloon: field(
    z.union([z.literal("off"), size]).optional(),
    "Least memory that it keeps when its node runs short, or `off`: then it always has all of it.",
    "off",
  ),
  cpu: field(
    someLine.optional(),
    "Processor type; `host` only among identical machines. A guest is made with `x86-64-v2-AES`.",
    "host",
  ),
  numa: field(z.boolean().optional(), "The guest sees memory nodes.", true),
  machine: field(z.enum(["q35", "i440fx"]).optional(), "Chipset.", "q35"),
  firmware: field(
    z.enum(["bios", "uefi"]).optional(),
    "Firmware. `uefi` has a small disk of its own, on the storage of the first disk.",
    "uefi",
  ),
  disks: field(
    z.array(disk).default([]),
    "Disks. One without an image is made empty; what is on one is never removed by leaving it out. A container has one, its root.",
  ),
  nics: field(z.array(nic).default([]), "Network cards."),
  serial: field(z.boolean().optional(), "A serial console.", true),
  agent: field(z.boolean().optional(), "The guest runs QEMU's agent.", true),
  cloudInit: field(cloudInit.optional(), "First settings for images that read cloud-init."),
  template: field(
    imageName.optional(),
    "Image under `images` that a container is made from; it is used once.",
    "debian-13",
  ),
  swap: field(size.optional(), "Swap of a container; 512MiB where nothing is said.", "512MiB"),
  features: field(features.optional(), "What a container may do beyond the usual."),
  unprivileged: field(
    z.boolean().optional(),
    "A container whose root is nobody on its node. It cannot be changed later; on in one that is made.",
    true,
  ),
  description: field(severalLines.optional(), "Notes in the web interface.", "Test of failover"),
  tags: field(z.array(tag).optional(), "Tags. What people add beside them stays.", ["production"]),
  protection: field(z.boolean().optional(), "Proxmox refuses its removal.", true),
  ha: field(haOfGuest.optional(), "Put the guest under HA."),
  startup: field(
    z.boolean().optional(),
    "Start with the node, where HA does not; on in a guest that is made.",
    true,
  ),
  order: field(order.optional(), "When it starts and stops among the guests of its node."),
  pool: field(someLine.optional(), "Resource pool.", "production"),
  restart: field(
    z.enum(["ask", "allowed"]).default("ask"),
    "Whether a change that only a restart brings into effect may restart it. With `ask` such a change needs the consent `restart.<guest>`.",
    "allowed",
  ),
});

export const guests = z.record(oneLine.regex(/^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/), guest);
