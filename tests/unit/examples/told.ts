import type { RunOutcome } from "../../../automation/engine/outcome.js";
import type { Previewed, PreviewedStep } from "../../../automation/preview/schema.js";
import { validate } from "../../../automation/validate/run.js";

type Steps = readonly (Omit<PreviewedStep, "risks" | "consents"> & Partial<PreviewedStep>)[];

/** What `preview --json` prints, by the types that the verb itself has. */
export function previewJson(
  outcome: Partial<RunOutcome>,
  { steps = [], ...previewed }: Partial<Omit<Previewed, "steps">> & { readonly steps?: Steps } = {},
) {
  const whole: RunOutcome & Previewed = {
    status: 0,
    verb: "preview",
    stack: "frege",
    changes: {},
    errors: [],
    seconds: 12.5,
    outputs: {},
    runLog: "/state/project/runs/one.jsonl",
    version: 1,
    steps: steps.map((step) => ({ risks: ["none"], consents: [], ...step })),
    phases: [],
    memory: [],
    notes: [],
    warnings: [],
    ...outcome,
    ...previewed,
  };
  const told: unknown = JSON.parse(JSON.stringify(whole));
  return told;
}

/** What `validate --json` prints of a file. */
export function validateJson(file: string): unknown {
  const { output } = validate({
    targets: [file],
    json: true,
    directory: process.cwd(),
    today: "2026-11-30",
    recorded: () => undefined,
  });
  return JSON.parse(output);
}
