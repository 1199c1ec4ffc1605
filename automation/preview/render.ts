import { diskSize, gib } from "../../config/findings/figures.js";
import { columns, plural } from "../../config/plan/describe-text.js";
import { duration } from "../spans.js";
import { lineOf } from "./consent-needs.js";
import { byPhase, grouped } from "./order.js";
import type { Previewed, PreviewedStep } from "./schema.js";
import { partTime, type TimeNeeded } from "./time-needed.js";

/** A preview as a person reads it: steps by phase and node, then what is asked for, passed and changed by them all. */
export function renderSteps(preview: Previewed): string[] {
  const { steps } = preview;
  return steps.length === 0
    ? []
    : [
        "",
        "What `up` would do",
        ...byPhase(steps).flatMap(({ phase, title, steps: here }) => [
          `  ${title}${phaseTimeOf(preview, phase)}`,
          ...grouped(here, ({ of }) => of).flatMap(([of, own]) => ownerLines(of, own)),
        ]),
        ...titled("Consents", consentLines(steps)),
        ...titled("Gates to pass", gateLines(steps)),
        ...titled("Before and after", balanceLines(preview)),
        ...titled("Time", timeLines(preview)),
      ];
}

/** Diffs of the files that would be written. */
export function renderFiles({ files }: Previewed): string[] {
  if (files === undefined) {
    return [];
  }
  const lines = files.flatMap(({ change, diff }) => [
    ...(change === "back" ? ["what was there before the program comes back:"] : []),
    ...diff,
    "",
  ]);
  return ["", "Files", ...(lines.length === 0 ? ["  no text of a file changes", ""] : lines)];
}

function titled(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : ["", title, ...lines.map((line) => `  ${line}`)];
}

/** One line for each verb, then what differs and what it brings with it, step by step. */
function ownerLines(of: string, steps: readonly PreviewedStep[]): string[] {
  return grouped(steps, ({ action }) => action).flatMap(([action, some]) => {
    const names = some.map(({ name }) => shortName(name, of));
    const alone = names.length === 1 && names[0] === of;
    return [
      `    ${action.padEnd(10)} ${alone ? of : `${of}: ${names.join(", ")}`}${timeOf(partTime(some))}`,
      ...some.flatMap((step) =>
        [...step.why, ...riskOf(step)].map(
          (line) => `      ${alone ? "" : `${shortName(step.name, of)}: `}${line}`,
        ),
      ),
    ];
  });
}

const riskOf = ({ risks }: PreviewedStep): string[] =>
  risks.includes("none") ? [] : [`risk: ${risks.join(", ")}`];

/** Children begin with their component's name. */
function shortName(name: string, of: string): string {
  return name.startsWith(`${of}-`) ? name.slice(of.length + 1) : name;
}

/** Each once, and what to write for those that the file lacks. */
function consentLines(steps: readonly PreviewedStep[]): string[] {
  const asked = grouped(
    steps.flatMap(({ consents }) => consents),
    ({ name }) => name,
  ).flatMap(([, [first]]) => first ?? []);
  const missing = asked.filter(({ heldUntil }) => heldUntil === undefined);
  return [
    ...columns(asked.map((need) => [need.name, standOf(need), need.why])),
    ...(missing.length === 0 ? [] : [`write, with the last day of each: ${lineOf(missing)}`]),
  ];
}

function standOf({ heldUntil, endedOn }: PreviewedStep["consents"][number]): string {
  if (heldUntil !== undefined) {
    return `until ${heldUntil}`;
  }
  return endedOn === undefined ? "missing" : `ended on ${endedOn}`;
}

function gateLines(steps: readonly PreviewedStep[]): string[] {
  return columns(
    steps.flatMap(({ name, condition }) => (condition === undefined ? [] : [[name, condition]])),
  );
}

function balanceLines({ votes, memory, ceph }: Previewed): string[] {
  return columns([
    ...(votes === undefined
      ? []
      : [["votes", beforeAndAfter(votesText(votes.before), votesText(votes.after))]]),
    ...memory.map(({ node, beforeBytes, afterBytes, roomBytes }) => [
      `memory on ${node}`,
      memoryText(gib(beforeBytes), gib(afterBytes)) +
        (roomBytes === undefined ? "" : `; room for ${gib(roomBytes)}`),
    ]),
    ...(ceph === undefined
      ? []
      : [["Ceph", beforeAndAfter(cephText(ceph.before), cephText(ceph.after))]]),
  ]);
}

const beforeAndAfter = (before: string, after: string): string =>
  before === after ? `${after}, as before` : `${before} -> ${after}`;

const memoryText = (before: string, after: string): string =>
  before === after ? `${after} of guests, as before` : `${before} -> ${after} of guests`;

const votesText = (votes: NonNullable<Previewed["votes"]>["before"]): string =>
  votes === undefined
    ? "no cluster on record"
    : `${plural(votes.expected, "vote")}, ${votes.needed} needed`;

function cephText({ osds, rawBytes, fitsBytes }: NonNullable<Previewed["ceph"]>["after"]): string {
  return [
    plural(osds, "OSD"),
    ...(rawBytes === undefined ? [] : [`${diskSize(rawBytes)} raw`]),
    ...(fitsBytes === undefined ? [] : [`${diskSize(fitsBytes)} of data fit`]),
  ].join(", ");
}

/** Nothing where no earlier run tells anything, which is said once for all. */
function timeOf({ expectedSeconds, withoutEarlierRun }: TimeNeeded): string {
  const rest = withoutEarlierRun === 0 ? "" : `, ${withoutEarlierRun} without an earlier run`;
  return expectedSeconds === undefined ? "" : ` (about ${duration(expectedSeconds)}${rest})`;
}

function phaseTimeOf({ phases }: Previewed, phase: string): string {
  const found = phases.find((one) => one.phase === phase);
  const isKnown = phases.some(({ expectedSeconds }) => expectedSeconds !== undefined);
  return found === undefined || !isKnown
    ? ""
    : found.expectedSeconds === undefined
      ? ", no earlier run"
      : `, about ${duration(found.expectedSeconds)}`;
}

function timeLines({ phases, steps }: Previewed): string[] {
  const without = phases.reduce((sum, one) => sum + one.withoutEarlierRun, 0);
  if (without === steps.length) {
    return ["no earlier run has made such steps, so nobody knows"];
  }
  const all = phases.reduce((sum, { expectedSeconds = 0 }) => sum + expectedSeconds, 0);
  const rest = without === 0 ? "" : `, and ${plural(without, "step")} without an earlier run`;
  return [`about ${duration(all)} by earlier runs${rest}`];
}
