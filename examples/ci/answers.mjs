import { z } from "zod";

// What `validate --json` and `preview --json` print. Fields that a later version adds are left alone.

const finding = z.object({
  code: z.string(),
  severity: z.enum(["error", "warning"]),
  path: z.string(),
  line: z.number().optional(),
  column: z.number().optional(),
  what: z.string(),
  fix: z.string(),
});

const validation = z.object({
  errors: z.number(),
  warnings: z.number(),
  files: z.array(
    z.object({ file: z.string(), acknowledged: z.number(), findings: z.array(finding) }),
  ),
});

const said = z.object({ subject: z.string().optional(), text: z.string() });

const step = z.object({
  phase: z.string(),
  title: z.string(),
  of: z.string(),
  action: z.string(),
  name: z.string(),
  kind: z.string(),
  why: z.array(z.string()),
  // Of a preview alone.
  risks: z.array(z.string()).default(["none"]),
  consents: z
    .array(z.object({ entry: z.string(), why: z.string(), heldUntil: z.string().optional() }))
    .default([]),
});

const run = z.object({
  status: z.number(),
  errors: z.array(z.string()),
  // What ends before the engine starts has no more than the two above.
  changes: z.record(z.string(), z.number()).default({}),
  steps: z.array(step).default([]),
  notes: z.array(said).default([]),
  warnings: z.array(said).default([]),
});

/**
 * @typedef {z.infer<typeof finding>} Finding
 * @typedef {z.infer<typeof validation>} Validation
 * @typedef {z.infer<typeof said>} Said
 * @typedef {z.infer<typeof step>} Step
 * @typedef {z.infer<typeof run>} Run
 */

/**
 * @param {unknown} answer
 * @returns {Validation | undefined} undefined where the verb itself has failed
 */
export const validationIn = (answer) => validation.safeParse(answer).data;

/**
 * @param {unknown} answer
 * @param {string} verb
 * @returns {Run}
 */
export function runIn(answer, verb) {
  const { data } = run.safeParse(answer);
  if (data === undefined) {
    throw new Error(
      `The answer of \`${verb} --json\` has another shape than these scripts know. Take scripts and program from the same commit.`,
    );
  }
  return data;
}
