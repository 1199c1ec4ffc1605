import type { PastAcceptance } from "../../history/acceptance.js";
import { type Html, html, type Piece } from "../html.js";
import type { Material } from "../material.js";
import { moment } from "../moment.js";
import { badge, bullets, note, sectionHtml, seenLine, type Tone, table } from "../parts.js";

type Tested = PastAcceptance["tests"][number];

const TONES: Readonly<Record<Tested["verdict"], Tone>> = {
  passed: "good",
  failed: "bad",
  "not tried": "unseen",
  "not asked": "unseen",
  "does not apply": "plain",
  "not tested": "unseen",
};

export function acceptance({ acceptances: kept, madeOn, stack }: Material): Html {
  const tests = newestOfEach(kept.entries);
  return sectionHtml({
    id: "acceptance",
    title: "Acceptance",
    seen: seenLine(
      `From the history that is kept on ${madeOn}, each test as it was tried last. Runs from other machines are not seen here.`,
    ),
    body: [
      tests.length > 0
        ? table({
            label: "Acceptance tests",
            head: ["Test", "Ended", "When", "Measured, and its threshold", "Why"],
            rows: tests.map(rowOf),
          })
        : note(
            html`No acceptance is recorded. <code>proxmox-ha accept ${stack}</code> tries everything that takes nothing away from anybody.`,
          ),
      ...(kept.unread.length === 0 ? [] : [note(`Could not be read: ${kept.unread.join(", ")}`)]),
    ],
  });
}

interface When {
  readonly test: Tested;
  readonly endedAt: string;
}

/** A run for some of the tests does not hide what an earlier one found out about the others. */
export function newestOfEach(entries: readonly PastAcceptance[]): readonly When[] {
  const all = entries.flatMap(({ tests, endedAt }) => tests.map((test) => ({ test, endedAt })));
  return (entries[0]?.tests ?? []).flatMap(({ name }) => {
    const of = all.filter(({ test }) => test.name === name);
    const newest = of[0];
    return newest?.test.verdict === "not asked"
      ? [of.find(({ test }) => test.verdict !== "not asked") ?? newest]
      : (newest ?? []);
  });
}

function rowOf({ test, endedAt }: When): Piece[] {
  const { name, title, verdict, figures, why } = test;
  return [
    `${name}: ${title}`,
    badge(TONES[verdict], verdict),
    moment(Date.parse(endedAt)),
    bullets(
      figures.map(
        ({ what, value, limit }) => `${what}: ${value}${limit === undefined ? "" : ` (${limit})`}`,
      ),
    ) ?? "",
    bullets(why) ?? "",
  ];
}
