import { EXIT } from "../../engine/exit-status.js";
import type { PastDrill } from "../../history/drills.js";
import { type Html, html, type Piece } from "../html.js";
import type { Material } from "../material.js";
import { moment, seconds } from "../moment.js";
import { badge, bullets, note, sectionHtml, seenLine, table } from "../parts.js";

type Outcome = PastDrill["outcome"];
type NodeDrill = Extract<Outcome, { readonly times: unknown }>;

const MOST_DRILLS = 10;

export function drills({ drills: kept, madeOn, stack }: Material): Html {
  return sectionHtml({
    id: "drills",
    title: "Drills",
    seen: seenLine(
      `From the history that is kept on ${madeOn}. Drills from other machines are not seen here.`,
    ),
    body: [
      ...kept.entries.slice(0, MOST_DRILLS).map(oneDrill),
      ...(kept.entries.length > 0
        ? []
        : [
            note(
              html`No drill is recorded: whether fencing, recovery and restores work was not proved from here. <code>proxmox-ha drill ${stack} verify</code> is the one that changes nothing.`,
            ),
          ]),
      ...(kept.unread.length === 0 ? [] : [note(`Could not be read: ${kept.unread.join(", ")}`)]),
    ],
  });
}

function oneDrill({ endedAt, status, outcome }: PastDrill): Html {
  return html`<article><h3>${titleOf(outcome)} ${verdict(status)}</h3><p class="seen">Ended ${moment(Date.parse(endedAt))}.</p>${contentOf(outcome)}</article>
`;
}

function titleOf(outcome: Outcome): string {
  switch (outcome.drill) {
    case "verify":
      return "Who could switch off whom";
    case "restore":
      return "Restore of backups";
    case "security":
      return "Security of hosts and accounts";
    default:
      return `${outcome.drill} of ${outcome.node}${outcome.lostTheMaster ? ", the HA master" : ""}`;
  }
}

function verdict(status: number): Html {
  switch (status) {
    case EXIT.done:
      return badge("good", "proved");
    case EXIT.interrupted:
      return badge("unseen", "interrupted, proves nothing");
    default:
      return badge("bad", "not as it should be");
  }
}

function contentOf(outcome: Outcome): Piece {
  switch (outcome.drill) {
    case "verify":
      return [
        bullets([
          `${outcome.pairs.filter(({ ok }) => ok).length} of ${outcome.pairs.length} pairs sure`,
          ...outcome.pairs
            .filter(({ ok }) => !ok)
            .map(({ by, node, why }) => badge("bad", `${by} \u2192 ${node}: ${why}`)),
          ...outcome.watchdogOnly.map((node) => `${node}: only its own watchdog stops it`),
          ...outcome.troubles.map((line) => badge("unseen", line)),
        ]),
      ];
    case "restore":
      return [
        table({
          label: "Restores",
          head: ["Guest", "Ended", "Backup", "Took", "Why"],
          rows: outcome.restores.map((one) => [
            `${one.guest} (${one.vmid})`,
            badge(one.isGood ? "good" : "bad", one.isGood ? "came back" : "failed"),
            one.volume,
            seconds(one.seconds),
            one.why,
          ]),
        }),
        bullets(outcome.without.map((guest) => badge("warn", `${guest} has no backup yet`))),
      ];
    case "security":
      return bullets([
        html`${outcome.findings.length} found; <a href="#security">Security</a> has the last of them`,
      ]);
    default:
      return [timeline(outcome), bullets(outcome.problems.map((line) => badge("bad", line)))];
  }
}

/** Seconds after the loss, by the members' own clocks. */
function timeline({ times, guests, floorS, drill, lostTheMaster }: NodeDrill): Html | undefined {
  const losesNode = floorS !== undefined;
  const ofLoss = (what: string, at: number | undefined) => (losesNode ? [{ what, at }] : []);
  const rows = [
    ...ofLoss("left the membership", times.absentS),
    ...ofLoss("its watchdog ran out", times.selfResetS),
    { what: "off confirmed", at: times.offConfirmedS },
    ...(lostTheMaster ? ofLoss("another HA master", times.newMasterS) : []),
    ...ofLoss("HA took its lock", times.lockS),
    ...guests.map((guest) => ({ what: `${guest} started`, at: times.guestsUpS[guest] })),
    ...ofLoss("member again", times.memberAgainS),
  ];
  const last = Math.max(1, ...rows.map(({ at = 0 }) => at));
  return table({
    label: `Time line of ${drill}`,
    head: [
      "What",
      "After the loss",
      losesNode ? `Proxmox's own floor for a guest is about ${floorS} s` : "Drawn",
    ],
    rows: rows.map(({ what, at }) => [
      what,
      at === undefined ? html`<span class="muted">not seen</span>` : seconds(at),
      at === undefined ? "" : mark(at / last),
    ]),
  });
}

function mark(share: number): Html {
  return html`<svg class="bars" viewBox="0 0 1000 14" preserveAspectRatio="none" aria-hidden="true"><rect class="span" x="0" y="6" width="1000" height="2"/><rect class="changes" x="0" y="3" width="${Math.max(4, Math.round(share * 1000))}" height="8"/></svg>`;
}
