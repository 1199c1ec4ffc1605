import type { DoctorCode } from "../../../config/findings/doctor-codes.js";
import {
  type Condition,
  type ConditionName,
  unmet,
} from "../../../dynamic-providers/health/condition.js";
import { type DoctorFinding, findingOf, type Measurement } from "../finding.js";

/** Under which code the doctor tells of each condition. */
const CODES: Readonly<Record<ConditionName, DoctorCode>> = {
  // Every member needs the service that mounts it.
  readable: "cluster/service",
  cluster: "cluster/quorum",
  quorum: "cluster/quorum",
  votes: "cluster/quorum",
  members: "cluster/quorum",
  spare: "cluster/quorum",
  writable: "cluster/quorum",
  links: "cluster/link",
  service: "cluster/service",
  version: "cluster/version",
  path: "cluster/path",
  clock: "host/clock",
  storage: "cluster/storage",
  server: "storage/unreachable",
  ceph: "cluster/storage",
};

/** What does not hold, as errors. */
export function findingsOf(conditions: readonly Condition[]): DoctorFinding[] {
  return unmet(conditions).map(({ name, node, evidence, doNext }) =>
    findingOf(node, "error", CODES[name], evidence, doNext),
  );
}

/** One line of the table: a condition, or the first of those that it rests on and that does not hold. */
export function measurementOf(
  condition: Condition,
  restsOn: readonly Condition[] = [],
): Measurement {
  const [first] = unmet([...restsOn, condition]);
  const { node, name, title } = condition;
  const { value, doNext: fix } = first ?? condition;
  return { node, code: CODES[name], what: title, value, good: first === undefined, fix };
}
