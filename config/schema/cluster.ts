import { z } from "zod";
import { access } from "./access.js";
import { backup } from "./backup.js";
import { base } from "./base.js";
import { ceph } from "./ceph.js";
import { corosync } from "./corosync.js";
import { datacenter } from "./datacenter.js";
import { fencing } from "./fencing.js";
import { field } from "./field.js";
import { gpus } from "./gpus.js";
import { guests } from "./guests.js";
import { ha } from "./ha.js";
import { identity } from "./identity.js";
import { images } from "./images.js";
import { install } from "./install.js";
import { monitoring } from "./monitoring.js";
import { mounts } from "./mounts.js";
import { interfaces, networks } from "./networks.js";
import { nodes } from "./nodes.js";
import { acknowledged, consent, deadlines, hooks } from "./operations.js";
import { clusterName } from "./primitives.js";
import { proxmox } from "./proxmox.js";
import { secrets } from "./secrets.js";
import { storage } from "./storage.js";

/** The value of `proxmox-ha:cluster` in a stack file: one whole cluster. */
export const clusterSchema = z.strictObject({
  name: field(clusterName, "Name of the cluster. It cannot be changed later.", "ms01"),
  proxmox: field(proxmox, "Version and package channel."),
  access: field(access, "How the program reaches the hosts."),
  secrets: field(secrets.prefault({}), "Where secrets come from."),
  base: field(base, "What every host gets before it becomes a member."),
  install: field(
    install.optional(),
    "What `answer` tells Proxmox's automated installer. `up` begins with installed hosts: it neither installs nor compares this.",
  ),
  nodes: field(
    nodes,
    "The hosts by name. Their ids say who founds the cluster and in which order the others join; their order in the file says nothing.",
  ),
  interfaces: field(
    interfaces,
    "Bonds, bridges and ports that carry the networks, by the name the host shows.",
  ),
  networks: field(
    networks,
    "Networks of the hosts. `management` is the one that node addresses belong to.",
  ),
  corosync: field(corosync, "Links and votes of the cluster."),
  datacenter: field(datacenter.prefault({}), "Options of the whole cluster."),
  storage: field(storage.default({}), "Storages by id."),
  ceph: field(ceph.optional(), "Hyper-converged Ceph."),
  ha: field(ha.prefault({}), "High availability: where guests run and where they go."),
  fencing: field(fencing.prefault({}), "How silent nodes are switched off."),
  images: field(
    images.default({}),
    "Files from which guests are made: disks with a system, templates of containers.",
  ),
  guests: field(guests.default({}), "Virtual machines and containers."),
  backup: field(backup.optional(), "Backups."),
  identity: field(identity.optional(), "Users from a directory, second factor."),
  gpus: field(gpus.default({}), "Graphics processors and their use."),
  mounts: field(mounts.optional(), "Foreign file systems on the hosts."),
  monitoring: field(monitoring.optional(), "Metrics and dashboards."),
  deadlines: field(deadlines, "How long each wait may take."),
  hooks: field(hooks.default([]), "Own commands before or after a phase."),
  acknowledged: field(
    acknowledged.default([]),
    "Codes of warnings of `validate` and `doctor` that were read and are meant so: they are counted and not told any more. Errors cannot be acknowledged.",
    ["section/not-applied"],
  ),
  consent: field(
    consent.default({}),
    "Removals and restarts that are allowed, each with the last day, at most 92 days from now: `node.<node>`, `reboot.<node>`, `storage.<storage>`, `guest.<guest>`, `restart.<guest>`, `osd.<number>`, `wipe.<node>.<serial>`, `monitor.<node>`, `manager.<node>`, `metadataServer.<node>`, `pool.<pool>`, `filesystem.<filesystem>`, `move.<node>`, `ceph.release`, `qdevice`. Leaving something out of the file never destroys it.",
    { "storage.nfs-vms": "2026-12-01" },
  ),
  adopt: field(
    z.boolean().default(false),
    "Change things on the hosts that differ from this file, instead of refusing at first contact.",
    false,
  ),
});

/** A stack file as written. */
export type ClusterInput = z.input<typeof clusterSchema>;
/** A stack file with defaults filled in, sizes in bytes, durations in milliseconds. */
export type ClusterSpec = z.output<typeof clusterSchema>;
