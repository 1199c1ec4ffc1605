import { badInput, Failure, messageOf } from "../../config/failure/failure.js";
import { nodeOf } from "../../config/plan/index.js";
import { recovered } from "../../dynamic-providers/membership/ha-status.js";
import { expectSuccess } from "../../dynamic-providers/shell/shell.js";
import { EXIT, type ExitStatus } from "../engine/exit-status.js";
import type { Stoppable } from "../engine/stops.js";
import { observeFencing, observeNode } from "../fence/observe.js";
import type { FenceSight, KeptDrill } from "../fence/sight.js";
import { nodeNamed, type Stage } from "../fence/stage.js";
import { drillRestore } from "../restore-drill/run.js";
import { drillSecurity } from "../security-drill/run.js";
import type { DrillPlan } from "./crew.js";
import { heeded } from "./heeded.js";
import { effectOf, losesNode } from "./kinds.js";
import { type LastDrill, lastDrillScript } from "./last.js";
import type { DrillOrder } from "./order.js";
import type { DrillOutcome } from "./outcome.js";
import { perform } from "./perform.js";
import { identify, verifyNow } from "./plain-drills.js";
import { objectionsTo } from "./preconditions.js";
import { ABANDONED_S, type NodeDrill } from "./record.js";
import type { DrillReport } from "./report.js";
import { restoreKept } from "./restore.js";

/** Whoever has ordered a drill, while it is under way. */
export interface Orderer {
  /** Asked before a node is taken from the cluster; throws where it is not meant. */
  readonly confirm: (node: string, otherwise: string) => Promise<void>;
  readonly stops: Stoppable;
}

/** Carries a drill out, from the first look to the last restored thing. */
export async function carryOut(
  order: DrillOrder,
  stage: Stage,
  orderer: Orderer,
): Promise<DrillOutcome> {
  const { drill } = order;
  if (drill === "restore") {
    return await drillRestore(stage, order, orderer.stops);
  }
  if (drill === "security") {
    return await drillSecurity(stage);
  }
  if (order.node !== undefined) {
    nodeNamed(stage, order.node);
  } else if (drill !== "verify" && !order.master) {
    throw badInput(
      `\`drill ${drill}\` needs a node.`,
      `Add \`--node NAME\`, or \`--master\` for the HA master. There are ${stage.plan.nodes.map(({ name }) => name).join(", ")}.`,
    );
  }
  const sight = await restoredSight(stage);
  if (drill === "verify") {
    return await verifyNow(stage);
  }
  const node = targetOf(stage, sight, order);
  return drill === "identify"
    ? await identify(stage, sight, node)
    : await nodeDrill(stage, sight, drill, node, orderer);
}

/** How all stands, after what an interrupted drill had left was brought back. */
export async function restoredSight(stage: Stage): Promise<FenceSight> {
  const sight = await observeFencing(stage.plan, stage.looks);
  if (sight.answers.length === 0) {
    throw new Failure("unreachable", {
      tried: "to see how the cluster stands",
      where: "",
      cameBack: "no node answers from here",
      doNext: "Run it from a machine that reaches the nodes.",
    });
  }
  if (sight.drills.length === 0) {
    return sight;
  }
  for (const kept of sight.drills) {
    refuseUnderWay(kept);
    stage.say(`A drill (${kept.drill} of ${kept.node}) was not restored: it is restored now.`);
    await restoreKept(kept, sight.standings, stage);
  }
  return await observeFencing(stage.plan, stage.looks);
}

/** Restoring what somebody else is at would spoil it. */
function refuseUnderWay({ drill, node, keeper, idleS }: KeptDrill): void {
  if (idleS < ABANDONED_S) {
    throw new Failure("refused", {
      tried: "to begin",
      where: keeper,
      cameBack: `a drill (${drill} of ${node}) is under way; its run was heard of ${idleS} s ago`,
      doNext: `Wait until it is over. One that was cut is restored by the next drill, ${ABANDONED_S} s after its last word. Nothing was changed.`,
    });
  }
}

function targetOf(
  stage: Stage,
  { ha }: FenceSight,
  { node, master }: Pick<DrillOrder, "node" | "master">,
): string {
  if (!master) {
    return nodeNamed(stage, node);
  }
  if (ha.master === undefined) {
    throw new Failure("refused", {
      tried: "to find the HA master",
      where: "",
      cameBack: "HA names none",
      doNext: "Look at `ha-manager status`. Nothing was changed.",
    });
  }
  if (node !== undefined && node !== ha.master) {
    throw badInput(
      `The HA master is ${ha.master}, not ${node}.`,
      "Leave out `--node` or `--master`.",
    );
  }
  return nodeNamed(stage, ha.master);
}

async function nodeDrill(
  stage: Stage,
  sight: FenceSight,
  drill: NodeDrill,
  node: string,
  { confirm, stops }: Orderer,
): Promise<DrillOutcome> {
  const seen = await observeNode(stage.plan, sight, node, stage.looks);
  const objections = objectionsTo(drill, node, stage.plan, sight, seen);
  const managed = seen.guests.kind === "running" ? seen.guests.managed : [];
  const plan = drillPlan(stage, sight, drill, node, drill === "off" && managed.length > 0);
  if (objections.length > 0 || plan === undefined) {
    throw new Failure("refused", {
      tried: `drill ${drill} of ${node}`,
      where: "",
      cameBack: [
        ...objections,
        ...(plan === undefined ? ["no other member answers that could keep its record"] : []),
      ].join("; "),
      doNext: "Nothing was changed.",
    });
  }
  stage.say(`Drill: ${drill} of ${node}`);
  for (const line of effectOf(drill, node, plan.lostTheMaster)) {
    stage.say(`  ${line}`);
  }
  stage.say(`  guests concerned: ${plan.guests.join(", ") || "none"}`);
  await confirm(node, `${node} was not touched`);
  const report = await heeded(stage, plan.keeper, stops, (crew) => perform(plan, crew));
  if (losesNode(drill) && !report.interrupted) {
    const isGood = report.problems.length === 0;
    await keepInCluster({ atMs: Date.now(), drill, node, isGood }, stage, plan.keeper);
  }
  return { status: statusOf(report), ...report };
}

/** What was proved is proved, whether or not `status` hears of it. */
async function keepInCluster(last: LastDrill, { changes, say }: Stage, keeper: string) {
  try {
    const done = await changes(keeper).run(lastDrillScript(last), {
      timeoutMs: 20_000,
      repeatable: true,
      verb: "write down that HA was tried",
    });
    expectSuccess(done, { tried: "writing down that HA was tried", node: keeper, doNext: "" });
  } catch (thrown) {
    say(`\`status\` will not know of this drill: ${messageOf(thrown)}`);
  }
}

function statusOf({ interrupted, problems }: DrillReport): ExitStatus {
  return interrupted ? EXIT.interrupted : problems.length === 0 ? EXIT.done : EXIT.failed;
}

function drillPlan(
  { plan }: Stage,
  sight: FenceSight,
  drill: NodeDrill,
  node: string,
  maintenance: boolean,
): DrillPlan | undefined {
  const witnesses = plan.nodes
    .map(({ name }) => name)
    .filter((name) => name !== node && sight.answers.includes(name) && sight.online.includes(name));
  const askers = witnesses.filter((name) => sight.askers.includes(name));
  const keeper = askers[0] ?? witnesses[0];
  return keeper === undefined
    ? undefined
    : {
        drill,
        node,
        id: nodeOf(plan, node).id,
        lostTheMaster: sight.ha.master === node,
        maintenance,
        hasDevice: !plan.fencing.watchdogOnly.includes(node),
        guests: recovered(sight.ha, node),
        keeper,
        askers,
        witnesses,
        ports: plan.corosync.links.map(({ udpPort }) => udpPort),
        evacuationMs: plan.deadlines.evacuation,
      };
}
