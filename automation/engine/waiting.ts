/** Something that a run waits for, and what becomes of it when somebody stops the run. */
export interface Waiting {
  readonly text: string;
  /** Absent of a change on a host, which comes to its end: half of one is worse than a whole one. */
  readonly atStop?: AtStop;
}

/** A hook is ended in the middle by its provider, which is not ours; a gate changes nothing and ends with its next look. */
export type AtStop = "is cut" | "lets go";
