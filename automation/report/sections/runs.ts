import { EXIT } from "../../engine/exit-status.js";
import type { PastRun } from "../../history/runs.js";
import { type Html, html, type Piece } from "../html.js";
import type { Material } from "../material.js";
import { moment, seconds } from "../moment.js";
import { badge, note, sectionHtml, seenLine, type Tone, table } from "../parts.js";
import { timingChart } from "../timing-chart.js";

const MOST_RUNS = 10;

export function runs(material: Material): Html {
  const { madeOn, timed } = material;
  const { entries, unread } = material.runs;
  const newest = entries.slice(0, MOST_RUNS);
  return sectionHtml({
    id: "runs",
    title: "Runs and how long they took",
    seen: seenLine(
      `From the history that is kept on ${madeOn}. Runs from other machines are not seen here.`,
    ),
    body: [
      ...(timed === undefined
        ? [note("No log of a run with steps on hosts is kept on this machine.")]
        : [
            html`<h3>${timed.run.verb} of ${moment(Date.parse(timed.run.beganAt))}</h3>`,
            timingChart(timed.steps),
          ]),
      html`<h3>The newest runs</h3>`,
      table({
        label: "Runs",
        head: ["Began", "Verb", "Ended", "Took", "Changes", "Errors"],
        rows: newest.map(rowOf),
      }) ?? note("None."),
      ...(unread.length === 0 ? [] : [note(`Could not be read: ${unread.join(", ")}`)]),
    ],
  });
}

const rowOf = ({ beganAt, verb, status, seconds: took, changes, errors }: PastRun): Piece[] => [
  moment(Date.parse(beganAt)),
  verb,
  badge(...ended(status)),
  seconds(took),
  changed(changes),
  errors.join("; "),
];

function ended(status: number): readonly [Tone, string] {
  switch (status) {
    case EXIT.done:
      return ["good", "done"];
    case EXIT.interrupted:
      return ["warn", "interrupted"];
    case EXIT.refused:
      return ["warn", "refused"];
    default:
      return ["bad", `failed with status ${status}`];
  }
}

function changed(changes: PastRun["changes"]): string {
  const of = Object.entries(changes).filter(([op, count]) => op !== "same" && count > 0);
  return of.map(([op, count]) => `${count} ${op}`).join(", ") || "none";
}
