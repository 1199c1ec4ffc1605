import type { DoctorCode } from "../../../config/findings/doctor-codes.js";
import type { ClusterPlan } from "../../../config/plan/index.js";
import { usedBy } from "../../../config/plan/storage.js";
import {
  allVotes,
  inCluster,
  linksUp,
  quorum,
  readable,
  services,
  version,
} from "../../../dynamic-providers/health/member.js";
import { pathCarries } from "../../../dynamic-providers/health/paths.js";
import { storageUsable } from "../../../dynamic-providers/health/storages.js";
import { parsePaths } from "../../../dynamic-providers/measure/paths.js";
import type { DoctorFinding, Measurement } from "../finding.js";
import type { NodeFacts } from "../node-facts.js";
import { SERVICES } from "../node-script.js";
import { pathsOf } from "../questions.js";
import { clockConditions } from "./clocks.js";
import { measurementOf } from "./conditions.js";
import type { JudgeContext } from "./context.js";

const DAY_MS = 86_400_000;
const SOON_DAYS = 14;

/** The checks of a formed cluster, each with its measured value. */
export function measureCluster(context: JudgeContext, nowMs: number): Measurement[] {
  const { plan, seen } = context;
  return [
    ...seen.flatMap((facts) => [
      ...membership(plan, facts),
      ...paths(plan, facts),
      measurementOf(services(facts.node, facts.services, SERVICES)),
      ...certificates(facts, nowMs),
      ...storages(plan, facts),
    ]),
    ...versions(seen),
    ...clockConditions(context).map((one) => measurementOf(one)),
  ];
}

/** Failed measurements are findings like any other. */
export function findingsOfMeasurements(measurements: readonly Measurement[]): DoctorFinding[] {
  return measurements.flatMap(({ node, code, what, value, good, fix }) =>
    good ? [] : [{ node, code, severity: "error" as const, evidence: `${what}: ${value}`, fix }],
  );
}

function measured(
  node: string,
  code: DoctorCode,
  what: string,
  value: string,
  good: boolean,
  fix: string,
): Measurement {
  return { node, code, what, value, good, fix };
}

/** What the node says of its cluster counts only where it can tell, and of the right one. */
function membership(plan: ClusterPlan, { node, membership: facts }: NodeFacts): Measurement[] {
  const { links, quorum: planned } = plan.corosync;
  const member = [readable(node, facts), inCluster(node, facts, plan.name)];
  return [
    measurementOf(allVotes(node, facts, planned.expectedVotes), [...member, quorum(node, facts)]),
    measurementOf(linksUp(node, facts, { count: links.length }), member),
  ];
}

function paths(plan: ClusterPlan, { node, pathsOutput }: NodeFacts): Measurement[] {
  const measured = parsePaths(pathsOf(plan, node), pathsOutput);
  return measured.map((path) => measurementOf(pathCarries(node, path)));
}

function certificates({ node, certificates, membership }: NodeFacts, nowMs: number): Measurement[] {
  // They lie in /etc/pve: where that is away, what hides them is told already, and renewing them would not help.
  return (readable(node, membership).met ? certificates : []).map(({ path, endsAt }) => {
    const days = Math.floor((Date.parse(endsAt) - nowMs) / DAY_MS);
    const good = days >= SOON_DAYS;
    return measured(
      node,
      "cluster/certificate",
      `certificate ${path.split("/").at(-1) ?? path}`,
      Number.isNaN(days) ? "cannot be read" : `ends in ${days} days`,
      good,
      "Renew it with `pvecm updatecerts --force` on the node.",
    );
  });
}

function storages(plan: ClusterPlan, { node, storages: states }: NodeFacts): Measurement[] {
  return plan.storages
    .filter((storage) => usedBy(storage, node))
    .map(({ id }) => measurementOf(storageUsable(node, { storage: id, state: states[id] })));
}

function versions(seen: readonly NodeFacts[]): Measurement[] {
  const newest = Math.max(0, ...seen.map(({ membership }) => membership.conf?.configVersion ?? 0));
  return seen.map(({ node, membership: facts }) =>
    measurementOf(version(node, facts, newest), [readable(node, facts)]),
  );
}
