/** What somebody asks about: all of it at once, from one moment to the next. */
export interface Loss {
  readonly nodes: readonly string[];
  readonly networks: readonly string[];
  /** Ids of storages. */
  readonly storages: readonly string[];
  /** Numbers of OSDs. */
  readonly osds: readonly number[];
}

/** What is there now, as far as somebody told. */
export interface Now {
  /** Nodes that are away already, whatever is asked. */
  readonly away: readonly string[];
  /** Where guests run, by HA's name for them. */
  readonly guests: ReadonlyMap<string, string>;
}

/** As the stack file has it: every node is there, and guests rest where it wants them. */
export const BY_THE_FILE: Now = { away: [], guests: new Map() };

/** `serves`: nobody notices but for a pause. `weaker`: it serves, and the next fault is worse. `stops`: something does not serve. */
export type Outcome = "serves" | "weaker" | "stops";

export interface Consequence {
  readonly about: string;
  readonly outcome: Outcome;
  readonly lines: readonly string[];
}
