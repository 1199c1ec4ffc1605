import { z } from "zod";
import { ENGINE_NAMES } from "../engines/index.js";
import { twinPlanSchema } from "../plan/twin-plan.js";

/** What the command line hands to the supervisor that it starts. */
export const upRequestSchema = z.strictObject({
  name: z.string(),
  engine: z.enum(ENGINE_NAMES),
  timeScale: z.number().positive(),
  plan: twinPlanSchema,
  /** The snapshot that the hosts start from, instead of fresh installations. */
  restore: z.string().optional(),
});
export type UpRequest = z.output<typeof upRequestSchema>;
