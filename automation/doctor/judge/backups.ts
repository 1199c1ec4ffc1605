import type { ClusterPlan } from "../../../config/plan/index.js";
import type { JobHoldings } from "../../../dynamic-providers/backup/holdings.js";
import { lastGoodMs, RESTORED_DAYS, type Restores } from "../../restore-drill/record.js";
import type { BackupsAnswer } from "../backups.js";
import { type DoctorFinding, findingOf } from "../finding.js";

const HOUR_MS = 3_600_000;

/** Whether each guest of a job has a backup that is as young as the job's schedule promises, and whom no job saves. */
export function judgeBackups(
  { backupJobs }: ClusterPlan,
  answer: BackupsAnswer,
  nowMs: number,
): DoctorFinding[] {
  const { node } = answer;
  if (!answer.told) {
    return [
      findingOf(
        node,
        "warning",
        "backup/unread",
        `what the backup jobs have saved is not known: ${answer.why}`,
        answer.doNext || "Look at `pvesm status` there: a storage of backups may not answer.",
      ),
    ];
  }
  return [
    ...backupJobs.flatMap(({ name, storage, overdueMs }) =>
      overdue(node, name, storage, overdueMs, answer.jobs.get(name), nowMs),
    ),
    ...restored(node, answer.jobs, answer.restores, nowMs),
    ...answer.unsaved.map((guest) =>
      findingOf(
        node,
        "warning",
        "backup/unsaved",
        `no backup job saves ${guest}`,
        "Select it in a job of the stack file, or leave it out there on purpose and acknowledge this.",
      ),
    ),
  ];
}

function overdue(
  node: string,
  job: string,
  storage: string,
  overdueMs: number,
  held: JobHoldings | undefined,
  nowMs: number,
): DoctorFinding[] {
  return (held?.guests ?? []).flatMap(({ vmid, name }) => {
    const newest = held?.backups.find((backup) => backup.vmid === vmid);
    const ageMs = newest === undefined ? undefined : nowMs - newest.madeAtMs;
    if (ageMs !== undefined && ageMs <= overdueMs) {
      return [];
    }
    const what =
      ageMs === undefined
        ? `has no backup on ${storage} yet`
        : `was saved last ${Math.round(ageMs / HOUR_MS)} h ago on ${storage}`;
    return [
      findingOf(
        node,
        "warning",
        "backup/overdue",
        `guest ${name} (${vmid}) ${what}; ${job} promises one every ${Math.round(overdueMs / HOUR_MS)} h`,
        "Look at the last task of type vzdump on the guest's node and at the room on the storage. A new job needs its first night.",
      ),
    ];
  });
}

/** A backup that nobody has brought back is a hope too; one guest a month shows that the way back is there. */
function restored(
  node: string,
  jobs: ReadonlyMap<string, JobHoldings>,
  restores: Restores,
  nowMs: number,
): DoctorFinding[] {
  if (![...jobs.values()].some(({ backups }) => backups.length > 0)) {
    return [];
  }
  const goodAt = lastGoodMs(restores);
  const days = Math.round((nowMs - (goodAt ?? 0)) / (24 * HOUR_MS));
  if (days <= RESTORED_DAYS) {
    return [];
  }
  return [
    findingOf(
      node,
      "warning",
      "backup/never-restored",
      goodAt === undefined
        ? "there are backups, and no drill has ever restored one"
        : `the last backup that came back was restored ${days} days ago`,
      "`proxmox-ha drill <stack> restore` restores one beside everything and removes it again.",
    ),
  ];
}
