import type { ClusterSpec } from "../schema/cluster.js";
import { eventParts } from "./calendar-event.js";
import { onOff } from "./guest-words.js";
import { pruneOption } from "./storage-kinds.js";

type JobSpec = NonNullable<ClusterSpec["backup"]>["jobs"][string];

/** A job in Proxmox's own words; what the file does not name belongs to whoever set it. */
export interface BackupJobPlan {
  readonly name: string;
  readonly storage: string;
  readonly keys: Readonly<Record<string, string>>;
  /** Guests of the file that it saves, `vm:101`; it may save others too. */
  readonly guests: readonly string[];
  /** It runs by its schedule. */
  readonly isEnabled: boolean;
  /** What it saves, to a person. */
  readonly saves: string;
  /** A guest whose newest backup is older has missed one. */
  readonly overdueMs: number;
  /** A backup must really be there before the run ends. */
  readonly isProved: boolean;
}

export function planBackupJobs(spec: ClusterSpec): BackupJobPlan[] {
  const jobs = Object.entries(spec.backup?.jobs ?? {}).sort(([a], [b]) => (a < b ? -1 : 1));
  return jobs.map(([name, job]) => ({
    name,
    storage: job.storage,
    keys: keysOf(job),
    guests: Object.values(spec.guests)
      .filter((guest) => isSelected(job.select, guest))
      .map(({ id, kind }) => `${kind === "vm" ? "vm" : "ct"}:${id}`)
      .sort(),
    isEnabled: job.enabled,
    saves: savesOf(job.select),
    overdueMs: job.overdueAfter ?? usualGapMs(job.schedule),
    isProved: job.enabled && job.firstBackup,
  }));
}

const DAY_MS = 86_400_000;
const SPARE_MS = 7_200_000;

/** Schedules of one word, and the days between two of their times. */
const WORDS: Readonly<Record<string, number>> = {
  weekly: 8,
  monthly: 32,
  quarterly: 93,
  semiannually: 185,
  "semi-annually": 185,
  yearly: 367,
  annually: 367,
};

/** The longest time between two backups that a schedule usually means. Others are named in the file. */
function usualGapMs(schedule: string): number {
  const { days, date } = eventParts(schedule);
  const gap = date === undefined ? (days.length === 7 ? 1 : 8) : 32;
  return (WORDS[schedule.trim().toLowerCase()] ?? gap) * DAY_MS + SPARE_MS;
}

/** Whether a job saves a guest of the file. */
export function isSelected(
  select: JobSpec["select"],
  guest: Pick<ClusterSpec["guests"][string], "id" | "pool">,
): boolean {
  if (select === "all") {
    return true;
  }
  if ("except" in select) {
    return !select.except.includes(guest.id);
  }
  return "pool" in select ? guest.pool === select.pool : select.guests.includes(guest.id);
}

function savesOf(select: JobSpec["select"]): string {
  if (select === "all") {
    return "every guest";
  }
  if ("except" in select) {
    return `every guest but ${select.except.join(", ")}`;
  }
  return "pool" in select ? `guests of the pool ${select.pool}` : select.guests.join(", ");
}

function keysOf(job: JobSpec): Record<string, string> {
  const { schedule, storage, mode, compress, prune, bandwidth, repeatMissed, notes, mail } = job;
  const keys: Readonly<Record<string, string | undefined>> = {
    schedule,
    storage,
    mode,
    compress: compress === "none" ? "0" : compress,
    enabled: onOff(job.enabled),
    ...selectionOf(job.select),
    "prune-backups": prune === undefined ? undefined : pruneOption(prune),
    // Proxmox counts in KiB.
    bwlimit: bandwidth === undefined ? undefined : String(Math.floor(bandwidth / 1024)),
    "repeat-missed": repeatMissed === undefined ? undefined : onOff(repeatMissed),
    "notes-template": notes,
    fleecing: job.fleecing === undefined ? undefined : `enabled=1,storage=${job.fleecing}`,
    ...(mail === undefined
      ? {}
      : {
          mailto: mail.to.join(","),
          mailnotification: mail.on,
          "notification-mode": "legacy-sendmail",
        }),
    comment: job.comment,
  };
  return Object.fromEntries(
    Object.entries(keys).flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])),
  );
}

function selectionOf(select: JobSpec["select"]): Record<string, string> {
  if (select === "all") {
    return { all: "1" };
  }
  if ("except" in select) {
    return { all: "1", exclude: select.except.join(",") };
  }
  return "pool" in select ? { pool: select.pool } : { vmid: select.guests.join(",") };
}
