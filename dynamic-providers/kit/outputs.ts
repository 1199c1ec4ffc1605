import { z } from "zod";

/** A value that whoever tells it has only read. */
export type Seen<T> = T extends object ? { readonly [Key in keyof T]: Seen<T[Key]> } : T;

/** What a resource of one kind tells the program and people: its shape, and how it follows from the facts. */
export interface Told<State, Facts> {
  readonly schema: z.ZodObject;
  of(facts: Facts, state: State): object;
}

/** The shape stands in the kind's `schema.ts`; its resource declares the same one. */
export function told<State, Facts, Schema extends z.ZodObject>(
  schema: Schema,
  of: (facts: Facts, state: State) => Seen<z.output<Schema>>,
): Told<State, Facts> {
  return { schema, of };
}

/** Of a kind that tells nothing of its own. */
export const noOutputs = z.strictObject({});

/** What every gate tells. A gate's schema spreads it: `z.strictObject({ ...gateOutputs, … })`. */
export const gateOutputs = {
  /** What was seen, in sentences for a person: "2 of 3 votes", "en05 of frege is down". */
  saw: z.array(z.string()),
} as const;
export const sawOnly = z.strictObject(gateOutputs);
export type Saw = z.output<typeof sawOnly>;
