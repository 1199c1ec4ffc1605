import type { Finding } from "../../config/findings/finding.js";
import type { ClusterPlan } from "../../config/plan/index.js";
import type { Consequence } from "../../config/plan/whatif/index.js";
import type { ClusterSpec } from "../../config/schema/cluster.js";
import type { DoctorReport } from "../doctor/judge.js";
import type { Observation } from "../doctor/observe.js";
import type { PastAcceptance } from "../history/acceptance.js";
import type { PastDrill } from "../history/drills.js";
import type { Kept } from "../history/folder.js";
import type { PastRun } from "../history/runs.js";
import type { ClusterView } from "../status/cluster-view.js";
import type { NodeView } from "../status/node-view.js";
import type { TimedStep } from "./timing.js";

/** Everything that a report is made of, and when and from where it was seen. Its sections are pure functions of this. */
export interface Material {
  readonly stack: string;
  readonly madeAtMs: number;
  /** The machine from which was looked. */
  readonly madeOn: string;
  readonly spec: ClusterSpec;
  readonly plan: ClusterPlan;
  readonly file: { readonly findings: readonly Finding[]; readonly acknowledged: number };
  /** The look of `status`. */
  readonly look: {
    readonly atMs: number;
    readonly view: ClusterView;
    readonly views: readonly NodeView[];
  };
  /** The examination of `doctor`. */
  readonly examination: {
    readonly atMs: number;
    /** Whether a cluster was there to be measured. */
    readonly formed: boolean;
    readonly observation: Observation;
    readonly report: DoctorReport;
  };
  readonly forecast: Forecast;
  readonly runs: Kept<PastRun>;
  /** The run whose steps are told, where its log is still there. */
  readonly timed: { readonly run: PastRun; readonly steps: readonly TimedStep[] } | undefined;
  readonly drills: Kept<PastDrill>;
  readonly acceptances: Kept<PastAcceptance>;
}

/** What single losses would mean. */
export interface Forecast {
  /** What it is counted from. */
  readonly from: readonly string[];
  readonly losses: readonly {
    readonly what: string;
    readonly consequences: readonly Consequence[];
  }[];
}
