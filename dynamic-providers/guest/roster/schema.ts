import { z } from "zod";
import { commonInputs } from "../../kit/common-inputs.js";

/** The guests that the stack file makes, so that the next run notices one that is missing. */
export const guestRosterInputs = z.strictObject({
  ...commonInputs,
  cluster: z.string().min(1),
  /** By their names in the file, each with what HA calls it: vm:100. */
  guests: z.record(z.string().min(1), z.string().regex(/^(vm|ct):\d+$/)),
});
export type GuestRosterInputs = z.output<typeof guestRosterInputs>;
