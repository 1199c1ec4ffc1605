import type { z } from "zod";

/**
 * Attaches the description and the example that completion in editors, the configuration reference and
 * error messages show. Every field of the stack file goes through here, so that none is undocumented.
 */
export function field<T extends z.ZodType>(
  schema: T,
  description: string,
  ...examples: unknown[]
): T {
  return schema.meta({ description, ...(examples.length > 0 ? { examples } : {}) });
}
