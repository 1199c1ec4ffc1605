/** Votes of a cluster, as they are planned or as a member counts them. */
export interface Votes {
  readonly expected: number;
  readonly present: number;
}

/** What the absence of some votes means for the rest. */
export interface Margin {
  /** Votes that would be present. */
  readonly left: number;
  readonly needed: number;
  readonly expected: number;
  /** The rest keeps its quorum. */
  readonly borne: boolean;
}

/** Votes that must be present: more than half of the expected ones. */
export function quorumOf(expected: number): number {
  return Math.floor(expected / 2) + 1;
}

/** Somebody is away for a while: the votes are missing and go on being expected. */
export function whileAway({ expected, present }: Votes, votes: number): Margin {
  return margin({ expected, present: present - votes });
}

/** Somebody has left for good: nobody expects the votes any more. `present` are those of the others. */
export function onceGone({ expected, present }: Votes, votes: number): Margin {
  return margin({ expected: expected - votes, present });
}

function margin({ expected, present: left }: Votes): Margin {
  const needed = quorumOf(expected);
  return { left, needed, expected, borne: left >= needed };
}

/** A cluster that is complete, of nodes with these votes. */
export function allPresent(votes: Iterable<number>): Votes {
  const expected = sum(votes);
  return { expected, present: expected };
}

export function sum(votes: Iterable<number>): number {
  return [...votes].reduce((all, one) => all + one, 0);
}
