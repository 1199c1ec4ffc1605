import { z } from "zod";
import { field } from "./field.js";
import { ip, networkName, nodeName, storageId, vmId } from "./primitives.js";
import { oneLine, someLine } from "./text.js";
import { size } from "./units.js";

const disk = z.strictObject({
  storage: field(storageId, "Storage of the disk.", "vm-disks"),
  size: field(size, "Size.", "100GiB"),
});

const nic = z.strictObject({
  network: field(networkName, "Network the card is on.", "kubernetes"),
  address: field(ip.optional(), "Address that the guest gets.", "10.8.16.20"),
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

const guest = z.strictObject({
  id: field(vmId, "Guest id, unique in the cluster.", 101),
  kind: field(z.enum(["vm", "container"]).default("vm"), "Virtual machine or container.", "vm"),
  os: field(
    z.enum(["talos", "linux", "other"]).default("linux"),
    "What runs inside; Talos brings its own rules.",
    "talos",
  ),
  role: field(
    z.enum(["control-plane", "worker"]).optional(),
    "Part of a Talos guest in its Kubernetes cluster; control-plane when left out.",
    "worker",
  ),
  node: field(nodeName, "Node on which it is made. HA may move it afterwards.", "pve-ms01-01"),
  cores: field(z.int().min(1), "Virtual processors.", 4),
  memory: field(size, "Memory.", "16GiB"),
  cpu: field(
    someLine.default("x86-64-v2-AES"),
    "Processor type; `host` only among identical machines.",
    "host",
  ),
  disks: field(z.array(disk).default([]), "Disks."),
  nics: field(z.array(nic).default([]), "Network cards."),
  ha: field(haOfGuest.optional(), "Put the guest under HA."),
  startup: field(z.boolean().default(true), "Start with the node, where HA does not.", true),
  pool: field(someLine.optional(), "Resource pool.", "production"),
});

export const guests = z.record(oneLine.regex(/^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/), guest);
