import { readFileSync } from "node:fs";
import { loadStack } from "../../../config/load/index.js";
import { planTwin } from "../../plan/plan-twin.js";
import type { TwinPlan } from "../../plan/twin-plan.js";

/** The twin of a stack of this repository, whose file may be changed first. */
export function plannedTwin(
  stack: string,
  change: (text: string) => string = (text) => text,
): TwinPlan {
  const file = `Pulumi.${stack}.yaml`;
  const { spec, findings } = loadStack({ file, text: change(readFileSync(file, "utf8")) });
  if (spec === undefined) throw new Error(JSON.stringify(findings));
  return planTwin(spec, { stack, file });
}
