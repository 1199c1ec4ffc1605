import type { z } from "zod";
import type { Failure } from "../../config/failure/failure.js";
import type { Change } from "./change.js";
import type { CommonInputs } from "./common-inputs.js";
import type { Told } from "./outputs.js";
import type { Context } from "./runtime.js";
import type { Versioned } from "./versioned.js";

/**
 * Everything that makes one kind of resource different from the others. The kit does the rest: it validates, observes,
 * decides, acts, verifies, migrates, and tells the engine.
 *
 * `Inputs` is what the program asks for. `State` is what is kept of it: the same, or less where inputs are large.
 */
export interface Definition<Inputs extends CommonInputs, State extends CommonInputs, Facts, Step>
  extends Versioned {
  readonly inputs: z.ZodObject & z.ZodType<Inputs>;
  readonly state: z.ZodType<State>;
  /** Inputs that make it another thing. A change of one replaces the resource, the old one first. */
  readonly identity: readonly (keyof Inputs & keyof State & string)[];
  /** The end of all patience for one operation, unless the resource says otherwise. */
  readonly deadlineMs: number;
  /** It has nothing on any host and only lets a run know what the one before wanted; so nothing is taken over. */
  readonly recordsOnly?: true;
  /** May have been made by hand before the program came, which the preview tells: taken over as it is, or refused with each difference. */
  readonly foundFirst?: true;
  /** What a person calls it: "files hosts on frege". */
  subject(state: State): string;
  id(inputs: Inputs): string;
  remember(inputs: Inputs): State;
  /** Looks, and changes nothing. `inputs` is absent for refresh and destroy, which run without the program. */
  observe(state: State, context: Context, inputs: Inputs | undefined): Promise<Facts>;
  /**
   * What has to happen so that the facts become the wish. Pure. `wanted` is absent for a removal; `before` is what the
   * resource was told last, so that what was left out since can be removed.
   */
  plan(wanted: State | undefined, facts: Facts, before: State | undefined): readonly Change<Step>[];
  /** Makes the changes, in order. `inputs` is absent for a removal. */
  apply(
    changes: readonly Change<Step>[],
    state: State,
    context: Context,
    inputs: Inputs | undefined,
  ): Promise<void>;
  /** What the program and people learn from it, where that is anything. */
  readonly outputs?: Told<State, Facts>;
  /**
   * Why the wish must not even be tried after what was wanted last. Judged from both alone, without a look at any host, so
   * that a preview says it as well.
   */
  veto?(before: Inputs, wanted: Inputs, nowMs: number): Failure | undefined;
  /**
   * A look at hosts that the program has not met before, in a preview as in a run, to say what will be found there or to refuse
   * by throwing. Its context leaves nothing on a host. Everything else waits for `observe`: the engine checks one resource after
   * the other, and a run without changes asks nobody.
   */
  foresee?(before: Inputs | undefined, wanted: Inputs, context: Context): Promise<void>;
  /**
   * Inputs that only a look can tell, such as which of the wished-for things exist by now; they take the place of what the
   * program gave. What was recorded comes first, so that a run to which nothing is new asks nobody. Must not throw for a host
   * that does not answer: what it knew before stays.
   */
  complete?(before: Inputs | undefined, wanted: Inputs, context: Context): Promise<Partial<Inputs>>;
  /** What a person is told where a deletion leaves the thing alone and only forgets it. */
  forgotten?(facts: Facts, state: State): string | undefined;
  /** Whether nothing of it is left, so that a refresh drops it from the state. */
  gone?(facts: Facts, state: State): boolean;
  /** After a failed update: what the next one must know about. By default what the last good one knew. */
  merge?(before: State, wanted: State): State;
}
