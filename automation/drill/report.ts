import { recoveryFloorS } from "../../config/plan/recovery.js";
import { losesNode } from "./kinds.js";
import type { NodeDrill } from "./record.js";
import type { Timeline } from "./timeline.js";

/** Which drill it was, and what was seen of it. */
interface Drilled {
  readonly drill: NodeDrill;
  readonly node: string;
  readonly lostTheMaster: boolean;
  readonly times: Timeline;
  /** Guests that HA had to start elsewhere. */
  readonly guests: readonly string[];
  readonly changed: readonly string[];
  readonly restored: readonly string[];
  readonly interrupted: boolean;
}

/** What a drill came to. */
export interface DrillReport extends Drilled {
  /** The least that Proxmox's own waits take; a drill without a recovery has none. */
  readonly floorS: number | undefined;
  /** The loss, or the wish for off, by the clock of a member; undefined when it did not come so far. */
  readonly at: string | undefined;
  /** What did not go as it should; empty when the drill proved what it is for. */
  readonly problems: readonly string[];
}

export const NOTHING_SEEN: Timeline = {
  absentS: undefined,
  selfResetS: undefined,
  offConfirmedS: undefined,
  newMasterS: undefined,
  lockS: undefined,
  guestsUpS: {},
  memberAgainS: undefined,
};

export interface Course extends Drilled {
  /** It has a device by which others switch it off. */
  readonly hasDevice: boolean;
  readonly at: number | undefined;
  /** What went wrong on the way. */
  readonly mishaps: readonly string[];
}

/** Judges a drill by what was seen. What was cut short proves nothing, and is not judged. */
export function reportOf(course: Course): DrillReport {
  const { hasDevice: _device, mishaps, at, ...rest } = course;
  return {
    ...rest,
    floorS: losesNode(course.drill) ? recoveryFloorS(course.lostTheMaster) : undefined,
    at: at === undefined ? undefined : new Date(at * 1_000).toISOString(),
    problems: [
      ...mishaps,
      ...(course.interrupted || at === undefined || mishaps.length > 0 ? [] : shortcomings(course)),
    ],
  };
}

function shortcomings({ drill, node, hasDevice, times, guests }: Course): string[] {
  const { offConfirmedS, lockS } = times;
  const down = guests.filter((guest) => times.guestsUpS[guest] === undefined);
  return [
    ...(hasDevice && offConfirmedS === undefined
      ? [
          `no fencer confirmed ${node} off; if it reset itself before, that is what its watchdog is for, and fencing was not proved`,
        ]
      : []),
    ...(offConfirmedS !== undefined && lockS !== undefined && offConfirmedS > lockS
      ? [
          `${node} was confirmed off only after HA had taken its lock: two copies of a guest were possible`,
        ]
      : []),
    ...(losesNode(drill) ? down.map((guest) => `${guest} was not seen to start again`) : []),
  ];
}

/** The report for a person. */
export function renderReport(report: DrillReport): string {
  const { drill, node, lostTheMaster, floorS, at, times, guests } = report;
  const rows: (readonly [string, string])[] = [];
  const row = (what: string, value: string): void => void rows.push([what, value]);
  const seconds = (value: number | undefined, otherwise = "not seen"): string =>
    value === undefined ? otherwise : `${value.toFixed(1)} s`;
  if (losesNode(drill)) {
    row("left the membership", seconds(times.absentS));
    row("its watchdog ran out", seconds(times.selfResetS, "no trace in its journal"));
  }
  row("off confirmed", seconds(times.offConfirmedS));
  if (floorS !== undefined) {
    if (lostTheMaster) {
      row("another HA master", seconds(times.newMasterS));
    }
    row("HA took its lock", seconds(times.lockS));
    for (const guest of guests) {
      row(
        `${guest} started`,
        `${seconds(times.guestsUpS[guest])}  (Proxmox's own floor is about ${floorS} s)`,
      );
    }
    row("member again", seconds(times.memberAgainS));
  }
  const what = `${drill} of ${node}${lostTheMaster ? ", the HA master" : ""}`;
  return [
    `Drill: ${what}${report.interrupted ? ", INTERRUPTED" : ""}`,
    at === undefined ? "  it was not begun" : `  counted from ${at}, by the members' own clocks`,
    ...(at === undefined ? [] : rows.map(([name, value]) => `  ${name.padEnd(24)}${value}`)),
    ...block("Changed", report.changed),
    ...block("Restored", report.restored),
    ...block("Not as it should be", report.problems),
    "",
  ].join("\n");
}

function block(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : [title, ...lines.map((line) => `  ${line}`)];
}
