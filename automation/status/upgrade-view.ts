import { list } from "../../config/findings/enumeration.js";
import { ABANDONED_S, type Journal } from "../upgrade/journal.js";

/** An upgrade that goes on by now, or that ended before its end. */
export interface UpgradeView {
  readonly goesOn: boolean;
  /** The machine that it runs, or ran, on. */
  readonly on: string;
  /** Seconds since a run was heard of. */
  readonly heardS: number;
  readonly done: readonly string[];
  /** The node that is out of service for it; absent between two nodes. */
  readonly node?: string;
}

/** By the clock of the member that tells it. */
export function upgradeView(journal: Journal | undefined, nowS: number): UpgradeView | undefined {
  if (journal === undefined) {
    return undefined;
  }
  const { run, on, node, done, heard } = journal;
  const heardS = Math.max(0, nowS - heard);
  return {
    goesOn: run !== "" && heardS < ABANDONED_S,
    on,
    heardS,
    done,
    ...(node === "" ? {} : { node }),
  };
}

export function upgradeRows(view: UpgradeView | undefined): string[][] {
  if (view === undefined) {
    return [];
  }
  const { goesOn, on, heardS, done, node } = view;
  return [
    goesOn
      ? [`goes on, from ${on}: heard of ${heardS} s ago`]
      : [`ENDED BEFORE ITS END, on ${on}: \`upgrade\` goes on with it`],
    ...(node === undefined ? [] : [`${node} is out of service for it`]).map((line) => [line]),
    [done.length === 0 ? "upgraded by it: none yet" : `upgraded by it: ${list(done)}`],
  ];
}
