import { z } from "zod";
import { field } from "./field.js";
import { calendarEvent, secretRef, storageId, webAddress } from "./primitives.js";
import { prune } from "./storage.js";
import { oneLine, someLine } from "./text.js";

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
        pool: field(someLine, "All guests of a resource pool.", "production"),
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
    z.record(oneLine.regex(/^[A-Za-z][A-Za-z0-9\-_]*$/), backupJob).default({}),
    "Scheduled backups.",
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
