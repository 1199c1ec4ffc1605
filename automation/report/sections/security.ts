import type { Severity } from "../../security-drill/finding.js";
import { placeOf, SEVERITY_WORDS } from "../../security-drill/report.js";
import { type Html, html } from "../html.js";
import type { Material } from "../material.js";
import { moment } from "../moment.js";
import { badge, bullets, note, sectionHtml, seenLine, type Tone, table } from "../parts.js";

const TONES: Readonly<Record<Severity, Tone>> = {
  error: "bad",
  unknown: "unseen",
  warning: "warn",
};

/** What the last drill of it has found. Whatever has changed since is not seen. */
export function security({ drills, madeOn, stack }: Material): Html {
  const last = drills.entries.flatMap(({ endedAt, outcome }) =>
    outcome.drill === "security" ? [{ endedAt, outcome }] : [],
  )[0];
  const again = html`<code>proxmox-ha drill ${stack} security</code>`;
  if (last === undefined) {
    return sectionHtml({
      id: "security",
      title: "Security",
      seen: seenLine(`From the last drills that are kept on ${madeOn}.`),
      body: note(
        html`${badge("unseen", "not seen")} No drill of it is among them: nothing is known. ${again} looks, and changes nothing.`,
      ),
    });
  }
  const { findings, nodes, unreachable } = last.outcome;
  return sectionHtml({
    id: "security",
    title: "Security",
    seen: seenLine(
      html`By the drill that ended ${moment(Date.parse(last.endedAt))}, from ${madeOn}; what has changed since shows in the next (${again}).`,
    ),
    body: [
      findings.length === 0
        ? note(badge("good", `nothing was found on ${nodes.join(", ")}`))
        : undefined,
      bullets(unreachable.map((node) => badge("unseen", `${node} did not answer`))),
      table({
        label: "What the drill has found",
        head: ["Where", "How bad", "Found", "Way out"],
        rows: findings.map(({ severity, found, fix, ...place }) => [
          placeOf(place),
          badge(TONES[severity], SEVERITY_WORDS[severity]),
          found,
          fix,
        ]),
      }),
    ],
  });
}
