import { z } from "zod";
import { field } from "./field.js";
import { calendarEvent, secretRef, storageId, webAddress } from "./primitives.js";
import { prune } from "./storage.js";
import { oneLine, someLine } from "./text.js";
import { duration, size } from "./units.js";

const guestIds = z.array(z.int().min(100)).min(1);

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
        except: field(guestIds, "All guests but these, by id.", [103]),
      }),
      z.strictObject({
        pool: field(someLine, "All guests of a resource pool.", "production"),
      }),
      z.strictObject({
        guests: field(guestIds, "Guests by id.", [101, 102]),
      }),
    ]),
    "Which guests.",
    { pool: "production" },
  ),
  enabled: field(z.boolean().default(true), "Whether it runs by its schedule.", true),
  prune: field(prune.optional(), "Which backups of the job's guests to keep.", { keepDaily: 7 }),
  compress: field(z.enum(["zstd", "lzo", "gzip", "none"]).default("zstd"), "Compression.", "zstd"),
  bandwidth: field(size.optional(), "Most bytes a second.", "200MB"),
  repeatMissed: field(
    z.boolean().optional(),
    "Run it soon after a start when its time was missed.",
    true,
  ),
  notes: field(
    someLine.optional(),
    "Note at each backup. Proxmox fills in {{guestname}}, {{vmid}}, {{node}} and {{cluster}}.",
    "{{guestname}}",
  ),
  fleecing: field(
    storageId.optional(),
    "Storage that takes what a machine writes meanwhile, so that a slow target does not slow it down.",
    "vm-disks",
  ),
  mail: field(
    z
      .strictObject({
        to: field(z.array(z.email()).min(1), "Addresses.", ["ops@home.example"]),
        on: field(z.enum(["always", "failure"]).default("failure"), "When.", "failure"),
      })
      .optional(),
    "Mail of this job alone, through the node's own mail. Without it the matchers of `datacenter.notifications` decide.",
  ),
  comment: field(someLine.optional(), "Comment.", "before the working day"),
  overdueAfter: field(
    duration.optional(),
    "Age of a guest's newest backup from which the doctor says that it is overdue. By default what the schedule allows and two hours: 26h, eight days where it names weekdays, 32 days where it names dates.",
    "26h",
  ),
  firstBackup: field(
    z.boolean().default(true),
    "Save the smallest guest of the job once, when nothing is saved on its storage yet: an `up` ends only when a backup is really there.",
    true,
  ),
});

export const backup = z.strictObject({
  jobs: field(
    z.record(oneLine.regex(/^[A-Za-z][A-Za-z0-9\-_]{1,49}$/), backupJob).default({}),
    "Scheduled backups. Each is called by its name in Proxmox too.",
  ),
  s3: field(
    z
      .strictObject({
        endpoint: field(
          webAddress,
          "S3 endpoint of the backup server's datastore.",
          "https://s3.us-west-2.example",
        ),
        bucket: field(
          oneLine.regex(
            /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/,
            "write the name of a bucket: pve1-pbs",
          ),
          "Bucket; it must exist.",
          "pve1-pbs",
        ),
        accessKey: field(secretRef, "Access key id.", { ssm: "/pve1/backup/access_key_id" }),
        secretKey: field(secretRef, "Secret access key.", {
          ssm: "/pve1/backup/secret_access_key",
        }),
      })
      .optional(),
    "Object storage behind the backup server.",
  ),
});
