import type { ClusterPlan } from "../../config/plan/index.js";
import type { ClusterSpec } from "../../config/schema/cluster.js";
import { type DoctorFinding, type DoctorSeverity, findingOf, type Measurement } from "./finding.js";
import { judgeBackups } from "./judge/backups.js";
import { judgeClocks } from "./judge/clocks.js";
import type { JudgeContext } from "./judge/context.js";
import { findingsOfMeasurements, measureCluster } from "./judge/formed-cluster.js";
import { judgeHost } from "./judge/host.js";
import { judgeMembership } from "./judge/membership.js";
import { judgeNetwork } from "./judge/network.js";
import { judgePower } from "./judge/power.js";
import { judgeStorage } from "./judge/storage.js";
import type { Observation } from "./observe.js";
import type { Trouble } from "./trouble.js";

export interface DoctorReport {
  readonly stack: string;
  readonly cluster: string;
  readonly errors: number;
  readonly warnings: number;
  /** Warnings that the stack file says are known; they are not among the findings. */
  readonly acknowledged: number;
  readonly unreachable: readonly string[];
  /** By node in the order of joining, and errors first. */
  readonly findings: readonly DoctorFinding[];
  /** Empty without the checks of a formed cluster. */
  readonly measurements: readonly Measurement[];
}

export interface Case {
  readonly stack: string;
  readonly plan: ClusterPlan;
  readonly channel: ClusterSpec["proxmox"]["channel"];
  /** Whether the cluster is to be there already. */
  readonly formed: boolean;
  /** Codes of warnings that are known and meant so. */
  readonly acknowledged: readonly string[];
  readonly nowMs: number;
}

const ORDER: Readonly<Record<DoctorSeverity, number>> = { error: 0, warning: 1, info: 2 };

/** What the observation means for the plan. Pure: the same answers give the same report. */
export function judge(
  { stack, plan, channel, formed, acknowledged, nowMs }: Case,
  { nodes, devices, backups }: Observation,
): DoctorReport {
  const seen = nodes.flatMap((one) => (one.reachable ? [one] : []));
  const context: JudgeContext = { plan, channel, seen };
  const measurements = formed ? measureCluster(context, nowMs) : [];
  const found = [
    ...nodes.flatMap((one) => (one.reachable ? [] : [unreachable(one.node, one)])),
    ...seen.flatMap((facts) => [
      ...judgeHost(context, facts),
      ...judgeNetwork(context, facts),
      ...judgeStorage(context, facts),
      ...judgeMembership(context, facts),
    ]),
    // The measurements say the same again, with values.
    ...(formed ? findingsOfMeasurements(measurements) : judgeClocks(context)),
    ...judgePower(plan, devices, nowMs),
    ...(backups === undefined ? [] : judgeBackups(plan, backups, nowMs)),
  ];
  const all = ordered(plan, distinct(found));
  const findings = all.filter(
    ({ code, severity }) => severity !== "warning" || !acknowledged.includes(code),
  );
  return {
    stack,
    cluster: plan.name,
    errors: findings.filter(({ severity }) => severity === "error").length,
    warnings: findings.filter(({ severity }) => severity === "warning").length,
    acknowledged: all.length - findings.length,
    unreachable: nodes.flatMap((one) => (one.reachable ? [] : [one.node])),
    findings,
    measurements,
  };
}

function unreachable(node: string, { why, doNext }: Trouble): DoctorFinding {
  return findingOf(
    node,
    "error",
    "host/unreachable",
    why,
    doNext ||
      "Check power, network and the ssh login of this node; nothing else is known about it.",
  );
}

/** Lost quorum shows both in the membership and in its measurement; once is enough. */
function distinct(found: readonly DoctorFinding[]): DoctorFinding[] {
  const quorumLost = new Set<string>();
  return found.filter(({ node, code }) => {
    if (code !== "cluster/quorum") {
      return true;
    }
    const first = !quorumLost.has(node);
    quorumLost.add(node);
    return first;
  });
}

function ordered(plan: ClusterPlan, found: readonly DoctorFinding[]): DoctorFinding[] {
  const position = new Map(plan.nodes.map(({ name }, index) => [name, index]));
  return found
    .map((finding, index) => ({ finding, index }))
    .sort(
      (a, b) =>
        (position.get(a.finding.node) ?? 0) - (position.get(b.finding.node) ?? 0) ||
        ORDER[a.finding.severity] - ORDER[b.finding.severity] ||
        a.index - b.index,
    )
    .map(({ finding }) => finding);
}
