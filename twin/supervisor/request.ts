import { z } from "zod";
import { twinPlanSchema } from "../plan/twin-plan.js";

/** What the command line hands to the supervisor that it starts. */
export const upRequestSchema = z.strictObject({
  name: z.string(),
  engine: z.literal("container"),
  timeScale: z.number().positive(),
  plan: twinPlanSchema,
});
export type UpRequest = z.output<typeof upRequestSchema>;
