// What `import … from "proxmox-ha"` gives: the public interface, and nothing else is one (docs/library.md).
export type { Finding } from "../../config/findings/finding.js";
export type { DrillOutcome, NodeDrillReport } from "../drill/outcome.js";
export type { IdentifyReport, VerifyReport } from "../drill/plain-report.js";
export type {
  GateBegun,
  GateFailed,
  GateOpened,
  Message,
  RunEvent,
  RunStep,
  StepBegun,
  StepEnded,
  StepFailed,
  StepPlanned,
  StepResult,
  Summary,
} from "../engine/events.js";
export type { ExitStatus } from "../engine/exit-status.js";
export type { RunOutcome } from "../engine/outcome.js";
export type { RestoreReport } from "../restore-drill/report.js";
export type { SecurityReport } from "../security-drill/report.js";
export type { ClusterView } from "../status/cluster-view.js";
export { Cluster, type ValidationReport } from "./cluster.js";
export { ClusterError, type ClusterErrorKind } from "./cluster-error.js";
export type { DrillRequest } from "./drill-request.js";
export type { ClusterOptions } from "./options.js";
export type { Run } from "./run.js";
export type { RunOptions } from "./start-run.js";
