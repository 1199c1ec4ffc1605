import { z } from "zod";
import { field } from "./field.js";
import { absolutePath, hostOrIp, nodeName, secretRef, sha256Pin, storageId } from "./primitives.js";
import { oneLine, someLine } from "./text.js";

const CONTENT = ["images", "rootdir", "vztmpl", "iso", "backup", "snippets", "import"] as const;

const mountOptions = field(
  z.array(oneLine.regex(/^\S+$/, "one option an entry, without blanks")).default([]),
  "Mount options.",
  ["vers=4.2", "hard"],
);

const nfs = z.strictObject({
  server: field(hostOrIp, "NFS server.", "10.203.3.99"),
  export: field(absolutePath, "Exported path.", "/volume1/vms"),
  options: mountOptions,
});
const cifs = z.strictObject({
  server: field(hostOrIp, "SMB server.", "10.203.3.99"),
  share: field(someLine, "Share.", "backups"),
  user: field(someLine.optional(), "User.", "pve"),
  password: field(secretRef.optional(), "Password.", { ssm: "/ms01/cifs/pve" }),
  domain: field(someLine.optional(), "Domain.", "HOME"),
  version: field(z.enum(["2.0", "2.1", "3", "3.0", "3.11"]).optional(), "Protocol version.", "3"),
});
const dir = z.strictObject({
  path: field(absolutePath, "Directory.", "/srv/backup"),
  mountPoint: field(
    z.boolean().default(false),
    "Refuse to use it while nothing is mounted there.",
    true,
  ),
  shared: field(z.boolean().default(false), "Every node sees the same content there.", true),
});
const zfs = z.strictObject({
  pool: field(someLine, "ZFS pool or dataset.", "rpool/data"),
  thin: field(z.boolean().default(true), "Thin provisioning.", true),
});
const lvmThin = z.strictObject({
  volumeGroup: field(someLine, "Volume group.", "pve"),
  thinPool: field(someLine, "Thin pool.", "data"),
});
const pbs = z.strictObject({
  server: field(hostOrIp, "Proxmox Backup Server.", "10.30.0.50"),
  datastore: field(someLine, "Datastore.", "pve1"),
  namespace: field(someLine.optional(), "Namespace of this cluster.", "pve1"),
  user: field(
    oneLine.regex(/^[^@\s]+@[^@\s!]+(![^\s]+)?$/, "write user@realm or user@realm!token"),
    "User or token; a token with DatastoreBackup is enough.",
    "pve1@pbs!backup",
  ),
  password: field(secretRef, "Password or token secret.", { ssm: "/pve1/backup/pbs_token" }),
  fingerprint: field(
    sha256Pin.optional(),
    "SHA-256 fingerprint of the server.",
    "CF:FC:AA:5D:F8:8C:02:D4:1A:13:C4:CA:50:32:C2:AB:F7:4D:8E:EF:49:4E:66:89:56:1F:73:06:A8:B6:71:00",
  ),
  encryptionKey: field(secretRef.optional(), "Client-side encryption key.", {
    ssm: "/pve1/backup/encryption_key",
  }),
});

export const prune = z.strictObject({
  keepAll: field(z.boolean().optional(), "Keep everything.", true),
  keepLast: field(z.int().min(1).optional(), "Newest backups to keep.", 3),
  keepHourly: field(z.int().min(1).optional(), "Hours to keep.", 24),
  keepDaily: field(z.int().min(1).optional(), "Days to keep.", 7),
  keepWeekly: field(z.int().min(1).optional(), "Weeks to keep.", 4),
  keepMonthly: field(z.int().min(1).optional(), "Months to keep.", 6),
  keepYearly: field(z.int().min(1).optional(), "Years to keep.", 1),
});

const one = z
  .strictObject({
    nfs: field(nfs.optional(), "NFS export."),
    cifs: field(cifs.optional(), "SMB share."),
    dir: field(dir.optional(), "Directory of the hosts."),
    zfs: field(zfs.optional(), "ZFS pool of the hosts."),
    lvmThin: field(lvmThin.optional(), "LVM thin pool of the hosts."),
    pbs: field(pbs.optional(), "Proxmox Backup Server."),
    content: field(z.array(z.enum(CONTENT)).min(1), "What may be stored there.", ["images"]),
    nodes: field(z.array(nodeName).min(1).optional(), "Nodes that use it; all when left out.", [
      "frege",
    ]),
    prune: field(prune.optional(), "Which backups to keep.", { keepDaily: 7 }),
    enabled: field(z.boolean().default(true), "Whether Proxmox uses it.", true),
    adopt: field(
      z.boolean().default(false),
      "Change this storage where it exists already with other settings, instead of refusing. One that exists and is equal is taken over as it is.",
      true,
    ),
  })
  .refine(
    (entry) =>
      [entry.nfs, entry.cifs, entry.dir, entry.zfs, entry.lvmThin, entry.pbs].filter(Boolean)
        .length === 1,
    "say exactly one of nfs, cifs, dir, zfs, lvmThin or pbs",
  );

export const storage = z.record(storageId, one);
