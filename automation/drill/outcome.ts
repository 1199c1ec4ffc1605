import type { ExitStatus } from "../engine/exit-status.js";
import { type RestoreReport, renderRestores } from "../restore-drill/report.js";
import { renderSecurity, type SecurityReport } from "../security-drill/report.js";
import {
  type IdentifyReport,
  renderIdentify,
  renderVerify,
  type VerifyReport,
} from "./plain-report.js";
import { type DrillReport, renderReport } from "./report.js";

/** A drill that takes a node from the cluster. */
export type NodeDrillReport = { readonly status: ExitStatus } & DrillReport;

/** What a drill came to, whichever it was; `drill` says which. */
export type DrillOutcome =
  | VerifyReport
  | IdentifyReport
  | NodeDrillReport
  | RestoreReport
  | SecurityReport;

/** The outcome for a person. */
export function renderOutcome(outcome: DrillOutcome): string {
  switch (outcome.drill) {
    case "verify":
      return renderVerify(outcome);
    case "identify":
      return renderIdentify(outcome);
    case "restore":
      return renderRestores(outcome);
    case "security":
      return renderSecurity(outcome);
    default:
      return renderReport(outcome);
  }
}
