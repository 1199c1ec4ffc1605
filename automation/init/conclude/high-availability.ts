import type { ClusterInput } from "../../../config/schema/cluster.js";
import type { ClusterFacts, FoundRule } from "../look/cluster-parts.js";
import type { Margin } from "../margin.js";
import { pairsOf } from "./datacenter.js";

type HaInput = NonNullable<ClusterInput["ha"]>;
type PlacementInput = NonNullable<HaInput["placements"]>[string];
type ResourceInput = NonNullable<HaInput["resources"]>[string];

const POLICIES = ["freeze", "failover", "conditional", "migrate"] as const;
const SCHEDULERS = ["basic", "static"] as const;
const STATES = ["started", "stopped", "disabled", "ignored"] as const;

/** What HA looks after. The guests themselves stay out of the file, so that nothing of them can be changed by it. */
export function concludeHa(cluster: ClusterFacts, margin: Margin): HaInput {
  const { options, ha } = cluster;
  const { shutdown_policy: policy } = pairsOf(options.ha ?? "", "shutdown_policy");
  const { ha: scheduler, ...others } = pairsOf(options.crs ?? "", "ha");
  for (const [key, value] of Object.entries(others)) {
    margin.warn(`The scheduler of the cluster (crs) has ${key}=${value}.`);
  }
  const shutdownPolicy = POLICIES.find((one) => one === policy);
  const wanted = SCHEDULERS.find((one) => one === scheduler);
  if (scheduler !== undefined && wanted === undefined) {
    margin.warn(`The scheduler of the cluster (crs) is ${scheduler}.`);
  }
  const rules = Object.entries(ha.rules).filter(([name, rule]) => saidByFile(name, rule, margin));
  const placements = { ...placementsOf(rules, ha.resources), ...groupsOf(cluster) };
  const between = (affinity: string): Record<string, string[]> =>
    Object.fromEntries(
      rules.flatMap(([name, rule]) =>
        rule.affinity === affinity ? [[name, [...rule.resources]]] : [],
      ),
    );
  const [apart, together] = [between("negative"), between("positive")];
  const resources = Object.fromEntries(
    Object.entries(ha.resources).map(([sid, resource]) => [sid, resourceOf(sid, resource, rules)]),
  );
  return {
    ...(shutdownPolicy === undefined ? {} : { shutdownPolicy }),
    ...(wanted === undefined ? {} : { scheduler: wanted }),
    ...filled("placements", placements),
    ...filled("apart", apart),
    ...filled("together", together),
    ...filled("resources", resources),
  };
}

type Filled<Key extends string, Value> = { readonly [K in Key]?: Record<string, Value> };

function filled<Key extends string, Value>(
  key: Key,
  value: Record<string, Value>,
): Filled<Key, Value>;
function filled(key: string, value: Record<string, unknown>): Record<string, unknown> {
  return Object.keys(value).length === 0 ? {} : { [key]: value };
}

type Rules = readonly (readonly [string, FoundRule])[];

function saidByFile(name: string, rule: FoundRule, margin: Margin): boolean {
  if (rule.disabled) {
    margin.leave(`The HA rule ${name} is switched off.`);
    return false;
  }
  return rule.type === "node-affinity" || rule.affinity !== undefined;
}

function placementsOf(
  rules: Rules,
  resources: ClusterFacts["ha"]["resources"],
): Record<string, PlacementInput> {
  return Object.fromEntries(
    rules.flatMap(([name, rule]) => {
      if (rule.type !== "node-affinity") {
        return [];
      }
      const failback = rule.resources.every((sid) => resources[sid]?.failback !== false);
      return [[name, placement(rule.nodes, rule.strict, failback, rule.comment)]];
    }),
  );
}

function groupsOf({ groups }: ClusterFacts): Record<string, PlacementInput> {
  return Object.fromEntries(
    groups.map(({ group, nodes, restricted, nofailback, comment }) => [
      group,
      placement(
        Object.fromEntries(
          nodes.split(",").map((word) => {
            const [node = "", priority = "0"] = word.trim().split(":");
            return [node, Number(priority)];
          }),
        ),
        restricted === true,
        nofailback !== true,
        comment,
      ),
    ]),
  );
}

function placement(
  nodes: Readonly<Record<string, number>>,
  strict: boolean,
  failback: boolean,
  comment: string | undefined,
): PlacementInput {
  return strict || !failback || comment !== undefined
    ? {
        nodes: { ...nodes },
        ...(strict ? { strict } : {}),
        ...(failback ? {} : { failback }),
        ...(comment === undefined ? {} : { comment }),
      }
    : { ...nodes };
}

function resourceOf(
  sid: string,
  { state, maxRestart, maxRelocate, group }: ClusterFacts["ha"]["resources"][string],
  rules: Rules,
): ResourceInput {
  const rule = rules.find(
    ([, one]) => one.type === "node-affinity" && one.resources.includes(sid),
  )?.[0];
  const follows = rule ?? group;
  const wanted = STATES.find((one) => one === state);
  return {
    ...(wanted === undefined || wanted === "started" ? {} : { state: wanted }),
    ...(follows === undefined ? {} : { placement: follows }),
    ...(maxRestart === 1 ? {} : { maxRestart }),
    ...(maxRelocate === 1 ? {} : { maxRelocate }),
  };
}
