import type { ClusterPlan } from "../../../config/plan/index.js";
import type { JobHoldings } from "../../../dynamic-providers/backup/holdings.js";
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
        "Look at the job's last task (`pvesh get /cluster/tasks`, type vzdump) and at the room on the storage. A new job needs its first night.",
      ),
    ];
  });
}
