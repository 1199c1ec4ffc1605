import type { DoctorCode } from "../../../config/findings/doctor-codes.js";
import type { Material } from "../../report/material.js";
import { doesNotApply, type Judged, judged } from "../judged.js";
import { type AcceptanceTest, LOOKS_ALONE, type OfFile } from "../test.js";

/** Whether anything could come back is for the restore alone to say. */
const CODES: readonly DoctorCode[] = ["backup/overdue", "backup/unsaved", "backup/unread"];

export const withoutBackups = ({ plan }: OfFile) =>
  plan.backupJobs.some(({ isEnabled }) => isEnabled)
    ? undefined
    : doesNotApply("the file has no backup job that runs by itself");

export const backups: AcceptanceTest = {
  ...LOOKS_ALONE,
  name: "backups",
  title: "Backups are as young as their jobs promise",
  measure: "age of the newest backup of each guest, and guests that no job saves",
  threshold:
    "none older than its job's schedule allows; no guest forgotten, but for what the file acknowledges",
  without: withoutBackups,
  perform: async ({ material }) => judgeBackups(material),
};

function judgeBackups({ examination }: Material): Judged {
  const { backups: answer } = examination.observation;
  const wrong = examination.report.findings.filter(({ code }) => CODES.includes(code));
  const guests =
    answer?.told === true ? [...answer.jobs.values()].flatMap((job) => job.guests) : [];
  return judged(
    answer?.told === true ? [{ what: "guests that jobs save", value: String(guests.length) }] : [],
    wrong.map(({ evidence }) => evidence),
  );
}
