import type { CommonInputs } from "./common-inputs.js";
import type { Definition } from "./definition.js";

export type Nothing = Readonly<Record<string, never>>;

type Whole<Inputs extends CommonInputs, State extends CommonInputs> = Definition<
  Inputs,
  State,
  Nothing,
  never
>;

/** What is left to say of a kind that has nothing on any host; `observe` only where it has to look once more before it is recorded. */
type RecordKind<Inputs extends CommonInputs, State extends CommonInputs> = Omit<
  Whole<Inputs, State>,
  "recordsOnly" | "observe" | "plan" | "apply"
> &
  Partial<Pick<Whole<Inputs, State>, "observe">>;

/** A kind that only lets a run know what the one before wanted: there is nothing to find and nothing to change. */
export function recordsOnly<Inputs extends CommonInputs, State extends CommonInputs>(
  record: RecordKind<Inputs, State>,
): Whole<Inputs, State> {
  return {
    observe: () => Promise.resolve({}),
    ...record,
    recordsOnly: true,
    plan: () => [],
    apply: () => Promise.resolve(),
  };
}
