import { sum } from "../../config/plan/votes.js";
import { grouped } from "./order.js";

/** What decides how long a step takes, as far as earlier runs tell it. */
interface Timed {
  readonly kind: string;
  readonly of: string;
  readonly expectedSeconds?: number | undefined;
}

export interface TimeNeeded {
  /** Absent where no such step was made before. */
  readonly expectedSeconds?: number;
  /** Steps of which no time is known. */
  readonly withoutEarlierRun: number;
}

/** One such step after the other; of all other kinds those of one part go on side by side. */
const ONE_BY_ONE = ["pveceph/Daemon", "pvecm/Member", "pvecm/Removal"];

/** Parts of a phase go on side by side. */
export function phaseTime(steps: readonly Timed[]): TimeNeeded {
  const parts = grouped(steps, ({ of }) => of).map(([, part]) => secondsOfPart(part));
  return needed(steps, Math.max(0, ...parts));
}

/** The kinds of a part go on one after the other. */
export function partTime(steps: readonly Timed[]): TimeNeeded {
  return needed(steps, secondsOfPart(steps));
}

function secondsOfPart(steps: readonly Timed[]): number {
  return sum(
    grouped(steps, ({ kind }) => kind).map(([kind, some]) => {
      const seconds = some.map(({ expectedSeconds = 0 }) => expectedSeconds);
      return ONE_BY_ONE.includes(kind) ? sum(seconds) : Math.max(...seconds);
    }),
  );
}

function needed(steps: readonly Timed[], seconds: number): TimeNeeded {
  const withoutEarlierRun = steps.filter((one) => one.expectedSeconds === undefined).length;
  return {
    ...(withoutEarlierRun === steps.length
      ? {}
      : { expectedSeconds: Math.round(seconds * 10) / 10 }),
    withoutEarlierRun,
  };
}
