import { z } from "zod";

const exported = z.object({
  deployment: z.object({ resources: z.array(z.unknown()) }),
});

/** What the engine keeps of a stack, as it writes it without blanks. */
export function sizeOfState(text: string): { readonly bytes: number; readonly resources: number } {
  const state: unknown = JSON.parse(text);
  const { resources } = exported.parse(state).deployment;
  return { bytes: JSON.stringify(state).length, resources: resources.length };
}
