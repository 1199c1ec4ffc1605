import { againstMiddle } from "../../../dynamic-providers/health/clocks.js";
import type { Condition } from "../../../dynamic-providers/health/condition.js";
import { type DoctorFinding, findingOf } from "../finding.js";
import type { JudgeContext } from "./context.js";

/** Each node against the one in the middle, by the tolerance of the gate. */
export function clockConditions({ plan, seen }: JudgeContext): Condition[] {
  const readings = seen.map(({ node, clock }) => ({ node, ...clock, source: "" }));
  return againstMiddle(readings, plan.clocks.toleranceMs);
}

export function judgeClocks(context: JudgeContext): DoctorFinding[] {
  return clockConditions(context).flatMap(({ met, node, value, doNext }) =>
    met ? [] : [findingOf(node, "error", "host/clock", `its clock is ${value}`, doNext)],
  );
}
