import type { BackupJobPlan } from "../../config/plan/backup.js";
import { backupsOn, type FoundBackup } from "../../dynamic-providers/backup/holdings.js";
import { failedParts, partScript, readParts } from "../../dynamic-providers/shell/parts.js";
import { Unread } from "../../dynamic-providers/transport/pvesh/part.js";
import { sh } from "../../dynamic-providers/transport/ssh/quoting.js";
import { lastGoodMs, RESTORED_DAYS, RESTORES, type Restores } from "../restore-drill/record.js";
import { DAY_S, spanOf } from "../spans.js";

const MARK = "@@proxmox-ha-backups@@";
/** No name of a storage has a dot at its begin. */
const OF_RESTORES = ".restores";

/** A storage that a job of the file writes to. */
export interface BackupStorage {
  readonly id: string;
  /** Every node sees the same there, so one of them is asked. */
  readonly shared: boolean;
}

/** What one node says of backups; a storage that is missing was not asked, or did not answer in time. */
export interface BackupsHeard {
  readonly on: Readonly<Record<string, readonly FoundBackup[]>>;
  readonly restores: Restores | undefined;
}

/** Absent where the file has no job that runs by itself. */
export interface BackupsView {
  readonly jobs: readonly {
    readonly job: string;
    readonly storage: string;
    /** Of each guest that has one there, in seconds; absent where the storage told nothing. */
    readonly newestAgeS?: Readonly<Record<string, number>>;
    /** Guests whose newest is older than the job promises. */
    readonly overdue: readonly string[];
  }[];
  readonly restores: "told" | "not told";
  /** Since a backup came back; absent when none ever did. */
  readonly restoredAgeS?: number;
  readonly restoreIsDue: boolean;
}

/**
 * What all nodes see is listed by one of them, the first by name that everybody counts as online. A dead storage costs no more than the
 * patience.
 */
export function backupsScript(
  node: string,
  storages: readonly BackupStorage[],
  patienceS: number,
): string {
  const listed = (wanted: boolean): string[] =>
    storages
      .filter(({ shared }) => shared === wanted)
      .map(({ id }) =>
        partScript(
          MARK,
          id,
          sh`timeout ${patienceS} sh -c ${backupsOn(node, id).command} < /dev/null`,
        ),
      );
  return [
    'speaker=$(tr -d \'\\n\' < /etc/pve/.members 2>/dev/null | grep -o \'"[^"]*": *{ *"id": *[0-9]*, *"online": *1\' | sort | head -n 1 | cut -d\'"\' -f2)',
    sh`if [ "$speaker" = ${node} ]; then :`,
    ...listed(true),
    "fi",
    ...listed(false),
    partScript(MARK, OF_RESTORES, RESTORES.command),
  ].join("\n");
}

export function parseBackups(node: string, said: string): BackupsHeard {
  const failed = failedParts(MARK, said);
  // Before the first of them stands nothing that has a name.
  const answers = [...readParts(MARK, said)].filter(([name]) => name !== "" && !failed.has(name));
  const restores = answers.find(([name]) => name === OF_RESTORES);
  return {
    on: Object.fromEntries(
      answers.flatMap(([name, text]) => {
        const rows = name === OF_RESTORES ? undefined : listIn(node, name, text);
        return rows === undefined ? [] : [[name, rows]];
      }),
    ),
    restores:
      restores === undefined
        ? undefined
        : RESTORES.read({ status: 0, text: restores[1], errors: "" }),
  };
}

/** What is no list counts as no answer. */
function listIn(node: string, storage: string, text: string): readonly FoundBackup[] | undefined {
  try {
    return backupsOn(node, storage).read({ status: 0, text, errors: "" });
  } catch (error) {
    if (error instanceof Unread) {
      return undefined;
    }
    throw error;
  }
}

export function backupsView(
  jobs: readonly BackupJobPlan[],
  heard: readonly BackupsHeard[],
  nowMs: number,
): BackupsView | undefined {
  const running = jobs.filter(({ isEnabled }) => isEnabled);
  if (running.length === 0) {
    return undefined;
  }
  const restores = heard.find((one) => one.restores !== undefined)?.restores;
  const restoredAtMs = restores === undefined ? undefined : lastGoodMs(restores);
  const restoredAgeS = restoredAtMs === undefined ? undefined : ageOf(restoredAtMs, nowMs);
  return {
    jobs: running.map(({ name, storage, overdueMs }) => {
      const lists = heard.flatMap(({ on }) => (on[storage] === undefined ? [] : [on[storage]]));
      const newest = newestOf(lists.flat(), nowMs);
      return {
        job: name,
        storage,
        ...(lists.length === 0 ? {} : { newestAgeS: newest }),
        overdue: Object.entries(newest).flatMap(([guest, ageS]) =>
          ageS * 1_000 > overdueMs ? [guest] : [],
        ),
      };
    }),
    restores: restores === undefined ? "not told" : "told",
    ...(restoredAgeS === undefined ? {} : { restoredAgeS }),
    restoreIsDue:
      restores !== undefined &&
      (restoredAgeS === undefined || restoredAgeS > RESTORED_DAYS * DAY_S),
  };
}

const ageOf = (atMs: number, nowMs: number): number =>
  Math.max(0, Math.round((nowMs - atMs) / 1_000));

function newestOf(backups: readonly FoundBackup[], nowMs: number): Record<string, number> {
  const ages: Record<string, number> = {};
  for (const { vmid, madeAtMs } of backups) {
    if (vmid !== undefined) {
      ages[vmid] = Math.min(ages[vmid] ?? Number.POSITIVE_INFINITY, ageOf(madeAtMs, nowMs));
    }
  }
  return ages;
}

export function backupRowsOf(view: BackupsView | undefined): string[][] {
  return view === undefined
    ? []
    : [
        ...view.jobs.map(({ job, newestAgeS, overdue, storage }) => [
          job,
          `on ${storage}`,
          savedOf(newestAgeS),
          overdue.length === 0 ? "" : `OVERDUE: ${overdue.join(", ")}`,
        ]),
        ["restore", "", restoreOf(view), ""],
      ];
}

function savedOf(newest: Readonly<Record<string, number>> | undefined): string {
  if (newest === undefined) {
    return "the storage did not tell";
  }
  const ages = Object.values(newest);
  if (ages.length === 0) {
    return "no backup there";
  }
  const [youngest, oldest] = [spanOf(Math.min(...ages)), spanOf(Math.max(...ages))];
  const when = youngest === oldest ? oldest : `${youngest} to ${oldest}`;
  return `${ages.length} ${ages.length === 1 ? "guest" : "guests"}, saved ${when} ago`;
}

function restoreOf({ restoredAgeS, restoreIsDue, restores }: BackupsView): string {
  if (restores === "not told") {
    return "not known";
  }
  const due = restoreIsDue ? "; DUE: `drill restore` tries one" : "";
  return restoredAgeS === undefined
    ? `never tried${due}`
    : `one came back ${spanOf(restoredAgeS)} ago${due}`;
}
