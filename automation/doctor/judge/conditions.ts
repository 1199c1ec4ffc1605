import type { DoctorCode } from "../../../config/findings/doctor-codes.js";
import {
  type Condition,
  type ConditionName,
  unmet,
} from "../../../dynamic-providers/health/condition.js";
import { type DoctorFinding, findingOf } from "../finding.js";

/** Under which code the doctor tells of each condition. */
const CODES: Readonly<Record<ConditionName, DoctorCode>> = {
  quorum: "cluster/quorum",
  members: "cluster/quorum",
  spare: "cluster/quorum",
  links: "cluster/link",
};

/** What does not hold, as errors. */
export function findingsOf(conditions: readonly Condition[]): DoctorFinding[] {
  return unmet(conditions).map(({ name, node, evidence, doNext }) =>
    findingOf(node, "error", CODES[name], evidence, doNext),
  );
}
