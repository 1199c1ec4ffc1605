import type { BackupsAnswer } from "../../../../automation/doctor/backups.js";
import type { DoctorReport } from "../../../../automation/doctor/judge.js";
import { judge } from "../../../../automation/doctor/judge.js";
import type { NodeAnswer, NodeFacts } from "../../../../automation/doctor/node-facts.js";
import type { DeviceAnswer } from "../../../../automation/doctor/power-devices.js";
import { type ClusterPlan, planCluster } from "../../../../config/plan/cluster.js";
import { type Stack, specOf } from "../../config/plan/stacks.js";
import { NOW_MS, soundDevice, soundMember, soundNode } from "./sound.js";

/** Everything that the judge looks at. */
export interface World {
  readonly plan: ClusterPlan;
  readonly channel: "enterprise" | "no-subscription" | "test";
  readonly formed: boolean;
  readonly acknowledged?: readonly string[];
  readonly nodes: readonly NodeAnswer[];
  readonly devices: readonly DeviceAnswer[];
  readonly backups?: BackupsAnswer;
}

/** Fresh hosts on which nothing is wrong. */
export function freshWorld(stack: Stack = "frege"): World {
  const plan = planCluster(specOf(stack));
  return {
    plan,
    channel: "no-subscription",
    formed: false,
    nodes: plan.nodes.map(({ name }) => soundNode(plan, name)),
    devices: [],
  };
}

/** A cluster that is well. */
export function formedWorld(stack: Stack = "frege"): World {
  const fresh = freshWorld(stack);
  const nodes = fresh.plan.nodes.map(({ name }) => soundMember(fresh.plan, name));
  return { ...fresh, formed: true, nodes };
}

export function reportOf(world: World): DoctorReport {
  const { plan, channel, formed, acknowledged = [], ...observation } = world;
  const one = { stack: "frege", plan, channel, formed, acknowledged, nowMs: NOW_MS };
  return judge(one, observation);
}

/** The same world with one node changed. */
export function onNode(
  world: World,
  node: string,
  change: (facts: NodeFacts) => Partial<NodeFacts>,
): World {
  return {
    ...world,
    nodes: world.nodes.map((one) =>
      one.reachable && one.node === node ? { ...one, ...change(one) } : one,
    ),
  };
}

/** The same, for what the node says about its membership. */
export function memberOn(
  world: World,
  node: string,
  change: Partial<NodeFacts["membership"]>,
): World {
  return onNode(world, node, ({ membership }) => ({ membership: { ...membership, ...change } }));
}

export function withDevice(world: World, change: (sound: DeviceAnswer) => DeviceAnswer): World {
  return { ...world, devices: [change(soundDevice("frege"))] };
}

export function withRing(world: World, change: Partial<ClusterPlan["rings"][number]>): World {
  const rings = world.plan.rings.map((ring) => ({ ...ring, ...change }));
  return { ...world, plan: { ...world.plan, rings } };
}
