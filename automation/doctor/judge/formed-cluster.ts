import type { DoctorCode } from "../../../config/findings/doctor-codes.js";
import type { ClusterPlan } from "../../../config/plan/index.js";
import { parsePaths, pathComplaint } from "../../../dynamic-providers/measure/paths.js";
import type { DoctorFinding, Measurement } from "../finding.js";
import type { NodeFacts } from "../node-facts.js";
import { SERVICES } from "../node-script.js";
import { pathsOf } from "../questions.js";
import { CLOCK_FIX, clockDifferences, describeDifference } from "./clocks.js";
import { isMember, type JudgeContext } from "./context.js";

const DAY_MS = 86_400_000;
const SOON_DAYS = 14;

/** The checks of a formed cluster, each with its measured value. */
export function measureCluster(context: JudgeContext, nowMs: number): Measurement[] {
  const { plan, seen } = context;
  return [
    ...seen.flatMap((facts) => [
      quorum(plan, facts),
      links(plan, facts),
      ...paths(plan, facts),
      services(facts),
      ...certificates(facts, nowMs),
      ...storages(plan, facts),
    ]),
    ...versions(seen),
    ...clockDifferences(seen).map((one) =>
      measured(one.node, "host/clock", "clock", describeDifference(one), one.good, CLOCK_FIX),
    ),
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

function quorum(plan: ClusterPlan, facts: NodeFacts): Measurement {
  const { node, membership } = facts;
  const { votes, quorate } = membership;
  const wanted = plan.corosync.quorum.expectedVotes;
  const value = isMember(plan, facts)
    ? `${quorate ? "quorate" : "not quorate"}, ${votes.present} of ${votes.expected} votes${votes.expected === wanted ? "" : ` (the stack file makes ${wanted})`}`
    : `no member of ${plan.name}`;
  const good =
    isMember(plan, facts) &&
    quorate &&
    votes.present === votes.expected &&
    votes.expected === wanted;
  return measured(
    node,
    "cluster/quorum",
    "quorum",
    value,
    good,
    "Bring the missing members back, or run `up` where a node has not joined yet.",
  );
}

function links(plan: ClusterPlan, { node, membership }: NodeFacts): Measurement {
  const { linksDown } = membership;
  const count = plan.corosync.links.length;
  const good = linksDown.length === 0 && membership.conf !== undefined;
  const value = good
    ? `all of ${count} connected to every member`
    : `not connected: ${linksDown.join(", ") || "the node is in no cluster"}`;
  return measured(
    node,
    "cluster/link",
    "corosync links",
    value,
    good,
    "Check the network of the link between these two nodes.",
  );
}

function paths(plan: ClusterPlan, { node, pathsOutput }: NodeFacts): Measurement[] {
  return parsePaths(pathsOf(plan, node), pathsOutput).map((path) => {
    const complaint = pathComplaint(node, path);
    const time = path.averageMs === undefined ? "" : `, ${path.averageMs} ms`;
    return measured(
      node,
      "cluster/path",
      `path ${path.network} to ${path.toNode}`,
      complaint ??
        `${path.mtu} bytes unfragmented through ${path.device}, ${path.received} of ${path.sent}${time}`,
      complaint === undefined,
      "Check cable, MTU of every port and switch on the way, and the routes of the ring.",
    );
  });
}

function services({ node, services }: NodeFacts): Measurement {
  const down = SERVICES.filter((name) => services[name] !== "active");
  return measured(
    node,
    "cluster/service",
    "services",
    down.length === 0
      ? `all of ${SERVICES.length} active`
      : down.map((name) => `${name} ${services[name] ?? "unknown"}`).join(", "),
    down.length === 0,
    `Look at \`journalctl -u ${down[0] ?? "pve-cluster"}\` on the node.`,
  );
}

function certificates({ node, certificates }: NodeFacts, nowMs: number): Measurement[] {
  return certificates.map(({ path, endsAt }) => {
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

function storages(plan: ClusterPlan, facts: NodeFacts): Measurement[] {
  return plan.storages
    .filter(({ enabled, nodes }) => enabled && (nodes?.includes(facts.node) ?? true))
    .map(({ id }) => {
      const state = facts.storages[id] ?? "not there";
      return measured(
        facts.node,
        "cluster/storage",
        `storage ${id}`,
        state,
        state === "active",
        "Check that its server runs and that the node reaches it; then look at `pvesm status`.",
      );
    });
}

function versions(seen: readonly NodeFacts[]): Measurement[] {
  const newest = Math.max(0, ...seen.map(({ membership }) => membership.conf?.configVersion ?? 0));
  return seen.map(({ node, membership }) => {
    const shared = membership.conf?.configVersion;
    const local = membership.localConf?.configVersion;
    return measured(
      node,
      "cluster/version",
      "corosync.conf",
      `config_version ${shared ?? "none"}, ${local ?? "none"} in corosync's copy`,
      shared === newest && local === newest,
      "Check that pve-cluster runs there and the node has quorum; the copy follows by itself.",
    );
  });
}
