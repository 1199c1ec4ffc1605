import { z } from "zod";
import type { ProgramTwin } from "./program-twin.js";

const doctorReport = z.object({
  cluster: z.string(),
  errors: z.number(),
  warnings: z.number(),
  unreachable: z.array(z.string()),
  findings: z.array(
    z.object({
      node: z.string(),
      code: z.string(),
      severity: z.enum(["error", "warning", "info"]),
      evidence: z.string(),
      fix: z.string(),
    }),
  ),
  measurements: z.array(z.object({ node: z.string(), what: z.string(), good: z.boolean() })),
});

/** What the doctor says of a twin, as other programs read it. */
export async function examine(twin: ProgramTwin, words: readonly string[] = []) {
  const { done } = await twin.run("doctor", ["--json", ...words]);
  if (done.stdout.trim() === "") {
    throw new Error(`the doctor said nothing (status ${done.status}): ${done.stderr}`);
  }
  const report = doctorReport.parse(JSON.parse(done.stdout));
  const errors = report.findings
    .filter(({ severity }) => severity === "error")
    .map(({ node, code, evidence }) => ({ node, code, evidence }));
  return { status: done.status, seconds: done.seconds, report, errors };
}
