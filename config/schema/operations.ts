import { z } from "zod";
import { field } from "./field.js";
import {
  absolutePath,
  calendarEvent,
  domainName,
  hostOrIp,
  isoDate,
  networkName,
  nodeName,
  secretRef,
  storageId,
} from "./primitives.js";
import { prune } from "./storage.js";
import { duration, size } from "./units.js";

const pveName = z.string().regex(/^[A-Za-z][A-Za-z0-9\-_]+$/);

const notifications = z.strictObject({
  mail: field(
    z
      .record(
        pveName,
        z.strictObject({
          to: field(z.array(z.email()).min(1), "Who gets the mails.", ["ops@home.example"]),
          from: field(z.email().optional(), "Sender.", "pve@home.example"),
          comment: field(z.string().min(1).optional(), "Shown in the web interface.", "On call"),
        }),
      )
      .default({}),
    "Targets that send mail through the node's own mail service.",
    { ops: { to: ["ops@home.example"] } },
  ),
  matchers: field(
    z
      .record(
        pveName,
        z.strictObject({
          targets: field(z.array(pveName).min(1), "Targets of this file, or `mail-to-root`.", [
            "ops",
          ]),
          severities: field(
            z.array(z.enum(["info", "notice", "warning", "error", "unknown"])).default([]),
            "Only notifications of these; all when left out.",
            ["warning", "error"],
          ),
          comment: field(z.string().min(1).optional(), "Shown in the web interface.", "Trouble"),
        }),
      )
      .default({}),
    "Which notifications go to which targets. Proxmox's own `default-matcher` stays.",
    { trouble: { targets: ["ops"], severities: ["warning", "error"] } },
  ),
});

export const datacenter = z.strictObject({
  migrationNetwork: field(
    networkName.optional(),
    "Network of live migration; the ring or the storage network.",
    "ring",
  ),
  migrationType: field(
    z.enum(["secure", "insecure"]).default("secure"),
    "Insecure is faster, and only for a private network.",
    "insecure",
  ),
  bandwidthLimits: field(
    z.partialRecord(z.enum(["default", "migration", "clone", "restore", "move"]), size).default({}),
    "Bytes per second for heavy jobs.",
    { migration: "2GB" },
  ),
  pools: field(z.array(z.string().regex(/^[A-Za-z0-9._-]+$/)).default([]), "Resource pools.", [
    "production",
  ]),
  notifications: field(notifications.prefault({}), "Where notifications go."),
  keyboard: field(z.string().min(2).optional(), "Keyboard of consoles.", "en-us"),
  emailFrom: field(z.email().optional(), "Sender of notifications.", "pve@home.example"),
});

const backupJob = z.strictObject({
  schedule: field(calendarEvent, "Calendar event of systemd.", "02:00"),
  storage: field(storageId, "Storage that receives the backups.", "nfs-backups"),
  mode: field(
    z.enum(["snapshot", "suspend", "stop"]).default("snapshot"),
    "Stop means a shutdown of each guest.",
    "snapshot",
  ),
  select: field(
    z.union([
      z.literal("all"),
      z.strictObject({
        pool: field(z.string().min(1), "All guests of a resource pool.", "production"),
      }),
      z.strictObject({
        guests: field(z.array(z.int().min(100)).min(1), "Guests by id.", [101, 102]),
      }),
    ]),
    "Which guests.",
    { pool: "production" },
  ),
  prune: field(prune.optional(), "Which backups of the job's guests to keep.", { keepDaily: 7 }),
  compress: field(z.enum(["zstd", "lzo", "gzip", "none"]).default("zstd"), "Compression.", "zstd"),
});

export const backup = z.strictObject({
  jobs: field(
    z.record(z.string().regex(/^[A-Za-z][A-Za-z0-9\-_]*$/), backupJob).default({}),
    "Scheduled backups.",
  ),
  s3: field(
    z
      .strictObject({
        endpoint: field(
          z.url(),
          "S3 endpoint of the backup server's datastore.",
          "https://s3.us-west-2.example",
        ),
        bucket: field(z.string().min(3), "Bucket; it must exist.", "pve1-pbs"),
        accessKey: field(secretRef, "Access key id.", { ssm: "/pve1/backup/access_key_id" }),
        secretKey: field(secretRef, "Secret access key.", {
          ssm: "/pve1/backup/secret_access_key",
        }),
      })
      .optional(),
    "Object storage behind the backup server.",
  ),
});

const activeDirectory = z.strictObject({
  domain: field(domainName, "AD domain.", "corp.example"),
  servers: field(z.array(hostOrIp).min(1).max(2), "Domain controllers.", ["dc1.corp.example"]),
  bindUser: field(
    z.string().min(1),
    "Account that reads the directory.",
    "CN=pve,OU=svc,DC=corp,DC=example",
  ),
  bindPassword: field(secretRef, "Its password.", { ssm: "/pve1/authentication/ad/bind_password" }),
  mode: field(z.enum(["ldaps", "ldap+starttls"]).default("ldaps"), "Encryption.", "ldaps"),
});

const duo = z.union([
  z.strictObject({
    oidc: field(
      z.strictObject({
        issuer: field(
          z.url(),
          "Issuer of Duo single sign-on.",
          "https://sso-abc.sso.duosecurity.com/oidc/DIXXX",
        ),
        clientId: field(z.string().min(1), "Client id.", "DIXXX"),
        clientSecret: field(secretRef, "Client secret.", {
          ssm: "/pve1/authentication/duo/client_secret",
        }),
      }),
      "Single sign-on through OpenID Connect.",
    ),
  }),
  z.strictObject({
    pam: field(
      z.strictObject({
        apiHost: field(
          z.string().regex(/^api-[a-z0-9]+\.duosecurity\.com$/),
          "Duo API host.",
          "api-1a2b3c4d.duosecurity.com",
        ),
        integrationKey: field(
          z.string().regex(/^DI[A-Z0-9]{18}$/),
          "Integration key.",
          "DIABCDEFGHIJKLMNOPQR",
        ),
        secretKey: field(secretRef, "Secret key.", { ssm: "/pve1/authentication/duo/secret_key" }),
      }),
      "Push through Duo's PAM module.",
    ),
  }),
]);

export const identity = z.strictObject({
  activeDirectory: field(activeDirectory.optional(), "Realm of an Active Directory."),
  duo: field(
    duo.optional(),
    "Second factor by Duo: OpenID Connect (recommended) or PAM, not both.",
  ),
});

const gpu = z.strictObject({
  model: field(
    z.enum(["a16", "a2", "a10", "a40", "l4", "l40s", "a30", "a100-40", "a100-80", "h100-80"]),
    "Card.",
    "a16",
  ),
  boards: field(z.int().min(1), "Boards per node.", 1),
  nodes: field(z.array(nodeName).min(1), "Nodes that have it.", ["pve1-node1"]),
  passthrough: field(
    z.int().min(0).default(0),
    "GPUs per node handed whole to virtual machines.",
    4,
  ),
  containers: field(z.int().min(0).default(0), "GPUs per node shared by containers.", 2),
  vgpu: field(
    z
      .string()
      .regex(/^nvidia-\d+$/)
      .optional(),
    "vGPU type instead of passthrough.",
    "nvidia-715",
  ),
  mig: field(
    z.array(z.string().regex(/^\d+g\.\d+gb(\+me)?$/)).optional(),
    "MIG profiles, on cards that have MIG.",
    ["3g.20gb"],
  ),
  driver: field(
    z
      .string()
      .regex(/^\d+(\.\d+)*$/)
      .optional(),
    "Driver version at least.",
    "570",
  ),
});

export const gpus = z.record(z.string().regex(/^[a-z][a-z0-9-]*$/), gpu);

const weka = z.strictObject({
  backends: field(z.array(hostOrIp).min(2), "Backend servers.", ["10.30.4.11", "10.30.4.12"]),
  filesystem: field(z.string().min(1), "Weka file system.", "shared"),
  path: field(absolutePath, "Mount point.", "/mnt/weka/shared"),
  options: field(z.array(z.string().regex(/^\S+$/)).default([]), "Mount options.", ["net=udp"]),
});

export const mounts = z.strictObject({
  weka: field(z.record(z.string(), weka).default({}), "Weka file systems on every node."),
});

const monitoringContainer = z.strictObject({
  id: field(z.int().min(100), "Guest id of the container.", 900),
  address: field(hostOrIp, "Its address.", "10.30.0.90"),
});

export const monitoring = z.strictObject({
  retention: field(duration.prefault("30d"), "How long metrics are kept.", "30d"),
  storage: field(storageId.optional(), "Storage of the monitoring containers.", "rbd-containers"),
  interval: field(duration.prefault("15s"), "Scrape interval.", "15s"),
  prometheus: field(monitoringContainer.optional(), "Container with Prometheus.", {
    id: 900,
    address: "10.30.0.90",
  }),
  grafana: field(monitoringContainer.optional(), "Container with Grafana.", {
    id: 901,
    address: "10.30.0.91",
  }),
  defender: field(
    z
      .strictObject({
        workspaceId: field(secretRef, "Workspace.", {
          ssm: "/pve1/monitoring/defender_xdr/workspace_id",
        }),
        tenantId: field(secretRef, "Tenant.", { ssm: "/pve1/monitoring/defender_xdr/tenant_id" }),
        clientSecret: field(secretRef, "Client secret.", {
          ssm: "/pve1/monitoring/defender_xdr/client_secret",
        }),
      })
      .optional(),
    "Microsoft Defender onboarding.",
  ),
});

export const deadlines = z
  .strictObject({
    ssh: field(duration.prefault("20s"), "First answer of a host over ssh.", "20s"),
    command: field(duration.prefault("2m"), "One command on a host.", "2m"),
    packages: field(duration.prefault("15m"), "Installing packages on one host.", "15m"),
    reboot: field(duration.prefault("10m"), "Reboot of one host until it answers again.", "10m"),
    evacuation: field(duration.prefault("15m"), "Guests leaving a node before its restart.", "15m"),
    networkRollback: field(
      duration.prefault("2m"),
      "After this time a network change is undone unless confirmed.",
      "2m",
    ),
    ring: field(duration.prefault("2m"), "Ring convergence.", "2m"),
    join: field(duration.prefault("5m"), "One node joining the cluster.", "5m"),
    quorum: field(duration.prefault("2m"), "Quorum after a change.", "2m"),
    storage: field(duration.prefault("2m"), "A storage becoming active on every node.", "2m"),
    ceph: field(duration.prefault("15m"), "Ceph reaching the health that a step needs.", "15m"),
  })
  .prefault({});

const hook = z.strictObject({
  phase: field(
    z.enum(["hosts", "network", "cluster", "storage", "ha"]),
    "Phase of the build-up.",
    "cluster",
  ),
  when: field(z.enum(["before", "after"]), "Before or after it.", "after"),
  on: field(z.union([z.literal("controller"), nodeName]), "Where it runs.", "controller"),
  command: field(
    z.string().min(1),
    "Shell command; exit status 0 means success. It is no place for a secret: it stands in the state as it stands here.",
    "./notify.sh",
  ),
  triggers: field(
    z.array(z.string()).default([]),
    "The command ran once and runs again when its text or one of these changes.",
    ["2026-12-01"],
  ),
});

export const hooks = z.array(hook);
export const consent = z.record(z.string().min(1), isoDate);
