import type { RunOutcome } from "../../../automation/engine/outcome.js";
import type { Previewed } from "../../../automation/engine/preview-view.js";
import { validate } from "../../../automation/validate/run.js";

/** What `preview --json` prints, by the types that the verb itself has. */
export function previewJson(outcome: Partial<RunOutcome>, previewed: Partial<Previewed> = {}) {
  const whole: RunOutcome & Previewed = {
    status: 0,
    verb: "preview",
    stack: "frege",
    changes: {},
    errors: [],
    seconds: 12.5,
    outputs: {},
    runLog: "/state/project/runs/one.jsonl",
    steps: [],
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
  });
  return JSON.parse(output);
}
