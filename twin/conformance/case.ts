import { readFileSync } from "node:fs";
import { z } from "zod";

/** What an answer must look like. Texts are regular expressions; `json` must be contained in the body. */
const expectation = z.strictObject({
  exit: z.union([z.number(), z.array(z.number()), z.literal("failure")]).optional(),
  stdout: z.string().optional(),
  stderr: z.string().optional(),
  /** Standard output and error together. */
  output: z.string().optional(),
  without: z.string().optional(),
  status: z.number().optional(),
  reason: z.string().optional(),
  /** In strings, a leading `~` makes a regular expression of the rest. */
  json: z.unknown().optional(),
  emptyBody: z.boolean().optional(),
  atLeastS: z.number().optional(),
  atMostS: z.number().optional(),
});

const common = {
  on: z.string(),
  expect: expectation.optional(),
  /** Repeats the step until it answers as expected or the time is over. */
  withinS: z.number().optional(),
  /** Keeps the first group of a pattern found in the answer for later steps, as `{{name}}`. */
  save: z.record(z.string(), z.string()).optional(),
};

const step = z.union([
  z.strictObject({ ...common, run: z.string(), stdin: z.string().optional() }),
  z.strictObject({
    ...common,
    api: z.string().regex(/^(GET|POST|PUT|DELETE) \//),
    params: z.record(z.string(), z.union([z.string(), z.number()])).optional(),
    body: z.string().optional(),
    /** Who asks: root with a fresh ticket, the ticket of an earlier step, a token, nobody. */
    as: z.string().optional(),
  }),
]);

const conformanceCase = z.strictObject({
  id: z.string().regex(/^[a-z0-9-]+$/),
  why: z.string(),
  /** Majors that behave like this; all when absent. */
  majors: z.array(z.number()).optional(),
  steps: z.array(step).min(1),
});

export type Expectation = z.infer<typeof expectation>;
export type Step = z.infer<typeof step>;
export type ConformanceCase = z.infer<typeof conformanceCase>;

/** Checks an expectation again after its placeholders were filled in. */
export function parseExpectation(value: unknown): Expectation {
  return expectation.parse(value);
}

/** Reads a table; a fault in it is named with its place. */
export function readCases(file: string): ConformanceCase[] {
  const parsed = z.array(conformanceCase).safeParse(JSON.parse(readFileSync(file, "utf8")));
  if (!parsed.success) {
    throw new Error(`${file} is no table of conformance cases:\n${z.prettifyError(parsed.error)}`);
  }
  return parsed.data;
}
