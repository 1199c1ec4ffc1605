import { gib } from "../../../config/findings/figures.js";
import type { BackupJobPlan } from "../../../config/plan/backup.js";
import type { BackupsAnswer } from "../../doctor/backups.js";
import { spanOf } from "../../spans.js";
import { type Html, html, type Piece } from "../html.js";
import type { Material } from "../material.js";
import { moment } from "../moment.js";
import { badge, bullets, note, sectionHtml, seenLine, table } from "../parts.js";

type Told = Extract<BackupsAnswer, { readonly told: true }>;

export function backups(material: Material): Html {
  const { plan, examination, madeOn } = material;
  const { backups: answer } = examination.observation;
  const about = { id: "backups", title: "Backups" };
  if (plan.backupJobs.length === 0) {
    const body = note(
      "The stack file has no backup jobs; whether others make any was not looked at.",
    );
    return sectionHtml({ ...about, seen: seenLine("By the stack file."), body });
  }
  if (answer === undefined || !answer.told) {
    const why = answer === undefined ? "no cluster was there to be asked" : answer.why;
    return sectionHtml({
      ...about,
      seen: seenLine(html`<strong>Not seen:</strong> ${why}.`),
      body: bullets(
        plan.backupJobs.map(
          ({ name, storage, saves }) => `${name} saves ${saves} on ${storage}, by the file`,
        ),
      ),
    });
  }
  return sectionHtml({
    ...about,
    seen: seenLine(
      html`Told by ${answer.node}, asked from ${madeOn} at ${moment(examination.atMs)}.`,
    ),
    body: [
      ...plan.backupJobs.map((job) => jobOf(job, answer, examination.atMs)),
      bullets(answer.unsaved.map((guest) => badge("warn", `no job saves ${guest}`))),
    ],
  });
}

function jobOf(job: BackupJobPlan, { jobs, restores }: Told, nowMs: number): Piece {
  const held = jobs.get(job.name);
  const title = html`<h3>${job.name}: ${job.saves}, on ${job.storage}</h3>`;
  if (!job.isEnabled || held === undefined) {
    return [
      title,
      note(job.isEnabled ? badge("unseen", "not seen") : "It is switched off in the stack file."),
    ];
  }
  return [
    title,
    table({
      label: `Backups of ${job.name}`,
      head: ["Guest", "Newest backup", "Age", "Size", "Last restored by a drill"],
      rows: held.guests.map(({ vmid, name }) => {
        const newest = held.backups.find((one) => one.vmid === vmid);
        const tried = restores[String(vmid)];
        return [
          `${name} (${vmid})`,
          newest === undefined ? "" : moment(newest.madeAtMs),
          ageOf(newest?.madeAtMs, job, nowMs),
          newest === undefined ? "" : gib(newest.bytes),
          tried === undefined
            ? html`<span class="muted">never</span>`
            : html`${badge(tried.isGood ? "good" : "bad", tried.isGood ? "came back" : "failed")} ${moment(tried.atMs)}`,
        ];
      }),
    }) ?? note("It saves no guest that is there."),
  ];
}

function ageOf(madeAtMs: number | undefined, { overdueMs }: BackupJobPlan, nowMs: number): Html {
  if (madeAtMs === undefined) {
    return badge("warn", "none yet");
  }
  const ageMs = nowMs - madeAtMs;
  return ageMs > overdueMs
    ? badge("bad", `${spanOf(ageMs / 1_000)}, promised every ${spanOf(overdueMs / 1_000)}`)
    : badge("good", spanOf(ageMs / 1_000));
}
