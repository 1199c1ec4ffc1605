import type { DoctorFinding } from "../../doctor/finding.js";
import { type Html, html } from "../html.js";
import type { Material } from "../material.js";
import { badge, bullets, note, sectionHtml, type Tone, table } from "../parts.js";
import { seenByExamination } from "../sight.js";

const TONES: Readonly<Record<"error" | "warning" | "info", Tone>> = {
  error: "bad",
  warning: "warn",
  info: "plain",
};

export function findings(material: Material): Html {
  const { examination, file, look } = material;
  const { findings: heard, acknowledged } = examination.report;
  const known = acknowledged + file.acknowledged;
  return sectionHtml({
    id: "findings",
    title: "Findings",
    seen: seenByExamination(material),
    body: [
      html`<h3>Of the hosts</h3>`,
      ofHosts(heard.filter(({ severity }) => severity !== "info")) ??
        note("None, on the nodes that were seen."),
      remarks(heard.filter(({ severity }) => severity === "info")),
      html`<h3>Of the stack file</h3>`,
      table({
        label: "Findings of the stack file",
        head: ["Where", "Severity", "What", "What to do"],
        rows: file.findings.map(({ path, line, severity, code, what, fix }) => [
          line === undefined ? path : `${path}, line ${line}`,
          badge(TONES[severity], severity),
          html`${what} <code>${code}</code>`,
          fix,
        ]),
      }) ?? note("None."),
      ...(known === 0
        ? []
        : [note(`${known} more that the stack file acknowledges as known are not listed.`)]),
      ...(look.view.verdict.length === 0
        ? []
        : [
            html`<h3>To think about</h3>`,
            html`<ul>${look.view.verdict.map((line) => html`<li>${line}</li>`)}</ul>`,
          ]),
    ],
  });
}

function ofHosts(heard: readonly DoctorFinding[]): Html | undefined {
  return table({
    label: "Findings of the hosts",
    head: ["Node", "Severity", "What was read", "What to do"],
    rows: heard.map(({ node, severity, code, evidence, fix }) => [
      node,
      badge(TONES[severity], severity),
      html`${evidence} <code>${code}</code>`,
      severity === "info" ? "" : fix,
    ]),
  });
}

/** What nobody needs to do anything about. */
function remarks(heard: readonly DoctorFinding[]): Html | undefined {
  return heard.length === 0
    ? undefined
    : html`<details><summary>${heard.length} remarks</summary>${bullets(heard.map(({ node, evidence }) => `${node}: ${evidence}`))}</details>`;
}
