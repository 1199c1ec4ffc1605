import type { Votes } from "../../config/plan/votes.js";

/** Votes as a running corosync counts them; one that does not run counts none. */
export interface CountedVotes extends Votes {
  /** In corosync's eyes; /etc/pve follows some seconds later. */
  readonly quorate: boolean;
  /** Those of the present ones that a QDevice casts. */
  readonly device: number;
  /** What the host itself brings in. */
  readonly own: number;
  /** Whether it counts a QDevice: alive, and its vote cast. */
  readonly countsDevice: boolean;
}

export const VOTES_COMMAND = "corosync-quorumtool -s";

/** Reads what `corosync-quorumtool -s` prints, the rows of members with or without the column of a QDevice. */
export function parseVotes(output: string): CountedVotes {
  const count = (pattern: RegExp): number | undefined => {
    const found = pattern.exec(output)?.[1];
    return found === undefined ? undefined : Number(found);
  };
  return {
    quorate: /^Quorate:\s+Yes/m.test(output),
    expected: count(/^Expected votes:\s+(\d+)/m) ?? 0,
    present: count(/^Total votes:\s+(\d+)/m) ?? 0,
    device: count(/^\s*(?:0x)?0+\s+(\d+)\s+(?:.*\s)?Qdevice\b/m) ?? 0,
    own: count(/^\s*\S+\s+(\d+)\s+\S.*\(local\)/m) ?? 1,
    // The column says A for alive and V for the vote; NA and NV for the lack of it.
    countsDevice: /\sA,V,.*\(local\)/.test(output),
  };
}
