import { z } from "zod";
import { isoDate } from "../../config/schema/primitives.js";

/** Inputs that every dynamic resource has. A resource's schema spreads them: `z.strictObject({ ...commonInputs, … })`. */
export const commonInputs = {
  /** Change what is found different at creation, instead of refusing. */
  adopt: z.boolean().default(false),
  /** What may be removed, by name, and the last day on which that holds. */
  consent: z.record(z.string(), isoDate).default({}),
  /** Versions of the secrets in use, by reference, so that a rotation shows up in the next preview. */
  secretVersions: z.record(z.string(), z.string()).default({}),
  /** The end of all patience for one operation on this resource. */
  deadlineSeconds: z.int().min(1).optional(),
} as const;

export type CommonInputs = z.output<z.ZodObject<typeof commonInputs>>;
