import { FAILOVER_DAYS, type LastDrill } from "../drill/last.js";
import { RESTORED_DAYS } from "../restore-drill/record.js";
import { DAY_S, spanOf } from "../spans.js";
import type { BackupsView } from "./backups-view.js";

/** Something that is to be proved again and again. */
export interface CalendarEntry {
  readonly what: "failover" | "restore" | "backups";
  readonly everyDays: number;
  /** Absent where it was never proved. */
  readonly lastAgeS?: number;
  readonly isOverdue: boolean;
  /** What proves it, and what is wrong. */
  readonly says: string;
}

export interface CalendarFacts {
  /** Whether HA looks after any guest. */
  readonly recovers: boolean;
  readonly lastDrill: LastDrill | undefined;
  readonly backups: BackupsView | undefined;
  readonly nowS: number;
}

/** Only what this cluster can prove stands there: no failover where HA has nothing to recover, no restore where no job saves. */
export function calendarOf({
  recovers,
  lastDrill,
  backups,
  nowS,
}: CalendarFacts): readonly CalendarEntry[] {
  return [
    ...(recovers ? [failover(lastDrill, nowS)] : []),
    ...(backups === undefined || backups.restores === "not told" ? [] : [restore(backups)]),
    ...(backups === undefined ? [] : [daily(backups)]),
  ];
}

function failover(last: LastDrill | undefined, nowS: number): CalendarEntry {
  const lastAgeS =
    last === undefined ? undefined : Math.max(0, Math.round(nowS - last.atMs / 1_000));
  const isOverdue =
    last === undefined ||
    !last.isGood ||
    lastAgeS === undefined ||
    lastAgeS > FAILOVER_DAYS * DAY_S;
  const tried =
    last === undefined ? "" : `${last.drill} of ${last.node}${last.isGood ? "" : " FAILED"}`;
  return {
    what: "failover",
    everyDays: FAILOVER_DAYS,
    ...(lastAgeS === undefined ? {} : { lastAgeS }),
    isOverdue,
    says: [tried, isOverdue ? "`accept --destructive` or `drill crash` proves it" : ""]
      .filter((text) => text !== "")
      .join("; "),
  };
}

function restore({ restoredAgeS, restoreIsDue }: BackupsView): CalendarEntry {
  return {
    what: "restore",
    everyDays: RESTORED_DAYS,
    ...(restoredAgeS === undefined ? {} : { lastAgeS: restoredAgeS }),
    isOverdue: restoreIsDue,
    says: restoreIsDue ? "`drill restore` proves it" : "",
  };
}

/** Each look at the cluster is the daily one. */
function daily({ jobs }: BackupsView): CalendarEntry {
  const late = jobs.flatMap(({ job, overdue }) => overdue.map((guest) => `${guest} of ${job}`));
  const silent = jobs.flatMap(({ storage, newestAgeS }) =>
    newestAgeS === undefined ? [storage] : [],
  );
  return {
    what: "backups",
    everyDays: 1,
    ...(silent.length === 0 ? { lastAgeS: 0 } : {}),
    isOverdue: late.length > 0 || silent.length > 0,
    says: [
      ...(late.length > 0 ? [`too old: ${late.join(", ")}`] : []),
      ...(silent.length > 0 ? [`did not tell: ${silent.join(", ")}`] : []),
      ...(late.length + silent.length === 0 ? ["checked by this look"] : []),
    ].join("; "),
  };
}

const TITLES: Readonly<Record<CalendarEntry["what"], string>> = {
  failover: "HA failover",
  restore: "restore of a backup",
  backups: "check of backups",
};

export function calendarRows(entries: readonly CalendarEntry[]): string[][] {
  return entries.map(({ what, everyDays, lastAgeS, isOverdue, says }) => [
    TITLES[what],
    everyDays === 1 ? "each day" : `each ${everyDays} days`,
    lastAgeS === undefined
      ? what === "backups"
        ? "not known"
        : "never"
      : lastAgeS === 0
        ? "now"
        : `${spanOf(lastAgeS)} ago`,
    [isOverdue ? "OVERDUE" : "", says].filter((text) => text !== "").join(": "),
  ]);
}
