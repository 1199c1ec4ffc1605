import type { DoctorCode } from "../../config/findings/doctor-codes.js";

export type DoctorSeverity = "error" | "warning" | "info";

/** One thing that the doctor has to say about a node. */
export interface DoctorFinding {
  readonly node: string;
  /** Stable; listed in docs/doctor.md. */
  readonly code: DoctorCode;
  readonly severity: DoctorSeverity;
  /** What was read or measured. */
  readonly evidence: string;
  /** What to do about it; empty where there is nothing to do. */
  readonly fix: string;
}

/** A judge's shorthand; the node is known where it is called. */
export function findingOf(
  node: string,
  severity: DoctorSeverity,
  code: DoctorCode,
  evidence: string,
  fix = "",
): DoctorFinding {
  return { node, code, severity, evidence, fix };
}

/** One measured value of a formed cluster. */
export interface Measurement {
  readonly node: string;
  readonly code: DoctorCode;
  readonly what: string;
  readonly value: string;
  readonly good: boolean;
  readonly fix: string;
}
