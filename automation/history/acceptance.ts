import { hostname } from "node:os";
import { z } from "zod";
import { VERDICTS } from "../accept/judged.js";
import type { AcceptanceReport } from "../accept/tested.js";
import { type Kept, keep, keptIn } from "./folder.js";

const acceptance = z.object({
  version: z.literal(1),
  stack: z.string(),
  on: z.string(),
  endedAt: z.iso.datetime(),
  status: z.number(),
  tests: z.array(
    z.object({
      name: z.string(),
      title: z.string(),
      isDestructive: z.boolean(),
      seconds: z.number(),
      verdict: z.enum(VERDICTS),
      figures: z.array(
        z.object({ what: z.string(), value: z.string(), limit: z.string().optional() }),
      ),
      why: z.array(z.string()),
    }),
  ),
});
/** What an acceptance came to, as it was written down at its end. */
export type PastAcceptance = z.output<typeof acceptance>;

export function keepAcceptance(
  stackFolder: string,
  stack: string,
  { status, tests }: AcceptanceReport,
  say: (line: string) => void,
): void {
  const endedAt = new Date().toISOString();
  const entry = { version: 1, stack, on: hostname(), endedAt, status, tests };
  keep(stackFolder, { kind: "acceptances", at: endedAt, entry }, say);
}

export function pastAcceptances(stackFolder: string, most: number): Kept<PastAcceptance> {
  return keptIn(stackFolder, "acceptances", acceptance, most);
}
