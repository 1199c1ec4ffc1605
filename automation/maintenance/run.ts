import { badInput, Failure } from "../../config/failure/failure.js";
import { othersThan } from "../../config/findings/others.js";
import { parseDuration } from "../../config/schema/units.js";
import { confirm } from "../confirm.js";
import { EXIT, type ExitStatus } from "../engine/exit-status.js";
import { observeFencing, observeNode } from "../fence/observe.js";
import { onStage } from "../fence/on-stage.js";
import type { FenceSight } from "../fence/sight.js";
import { nodeNamed, type Stage } from "../fence/stage.js";
import { utc } from "./alarm.js";
import { effectsOf, objectionsTo } from "./consider.js";
import { begin, end } from "./course.js";
import { observeInventory } from "./inventory.js";
import { planMoves } from "./moves.js";
import type { MaintenanceRecord } from "./record.js";

export const MAINTENANCE_VERBS = ["on", "off"] as const;

export interface MaintenanceRequest {
  readonly stack: string;
  readonly verb: string;
  readonly node: string;
  /** A duration as in the stack file. */
  readonly for: string;
  readonly yes: boolean;
  readonly json: boolean;
}

const LEAST_S = 300;
const MOST_S = 14 * 86_400;

/** `maintenance`: takes a node out of service so that nobody misses it, and brings it back. */
export async function runMaintenance(request: MaintenanceRequest): Promise<ExitStatus> {
  const { verb, stack, json } = request;
  const known = MAINTENANCE_VERBS.find((one) => one === verb);
  if (known === undefined) {
    throw badInput(`There is no \`maintenance ${verb}\`.`, othersThan(verb, MAINTENANCE_VERBS));
  }
  const seconds = secondsOf(request.for);
  return await onStage(stack, json, "maintenance", async (stage) => {
    const node = nodeNamed(stage, request.node);
    const sight = await observeFencing(stage.plan, stage.looks);
    if (sight.answers.length === 0) {
      throw new Failure("unreachable", {
        tried: `maintenance ${known} ${node}`,
        where: "",
        cameBack: "no node answers from here",
        doNext: "Run it from a machine that reaches the nodes. Nothing was changed.",
      });
    }
    return known === "on"
      ? await on(stage, sight, node, { seconds, yes: request.yes })
      : await off(stage, sight, node);
  });
}

async function on(
  stage: Stage,
  sight: FenceSight,
  node: string,
  { seconds, yes }: { readonly seconds: number; readonly yes: boolean },
): Promise<ExitStatus> {
  const seen = await observeNode(stage.plan, sight, node, stage.looks);
  const keeper = keeperOf(stage, sight, node);
  if (keeper === undefined) {
    throw refused("on", node, ["no other member answers that could watch over it"]);
  }
  const inventory = await observeInventory(stage.looks(keeper));
  const moves = planMoves(inventory, node);
  const { maintenance: records } = sight;
  const objections = objectionsTo(stage.plan, node, { sight, seen, inventory, moves, records });
  if (objections.length > 0) {
    throw refused("on", node, objections);
  }
  const earlier = records.find((one) => one.node === node);
  const ceph = stage.plan.ceph !== undefined;
  const hours = Math.round(seconds / 360) / 10;
  stage.say(`${node} is about to be taken out of service:`);
  for (const effect of effectsOf(node, { sight, moves }, { hours, ceph })) {
    stage.say(`  ${effect}`);
  }
  await confirm(node, { yes, otherwise: `${node} was not taken out of service` });
  const now = Math.floor(Date.now() / 1_000);
  const begun: MaintenanceRecord = {
    version: 1,
    node,
    since: now,
    until: now + seconds,
    ha: earlier?.ha === true || (sight.ha.services.length > 0 && !inMaintenance(seen)),
    noout: ceph,
    keeper: earlier?.keeper ?? keeper,
    moved: earlier?.moved ?? [],
  };
  await begin(stage, begun, moves);
  return conclude(stage, "on", node, [
    `${node} is out of service until ${utc(begun.until)}: no guest runs on it, and it may be restarted or switched off.`,
    `\`proxmox-ha maintenance ${stage.stack} off ${node}\` brings it back.`,
  ]);
}

async function off(stage: Stage, sight: FenceSight, node: string): Promise<ExitStatus> {
  const kept = sight.maintenance.find((one) => one.node === node);
  if (sight.witness === undefined) {
    throw refused("off", node, ["no node that answers has quorum, so nothing is known of it"]);
  }
  if (kept === undefined) {
    throw refused("off", node, [
      `it is in no maintenance of this command; one of HA alone is ended by \`ha-manager crm-command node-maintenance disable ${node}\``,
    ]);
  }
  const keeper = keeperOf(stage, sight, node, kept.keeper);
  if (keeper === undefined) {
    throw refused("off", node, ["no other member answers"]);
  }
  await end(stage, { ...kept, keeper });
  return conclude(stage, "off", node, [
    `${node} is back in service, and nothing of the maintenance is left.`,
  ]);
}

/** Whoever watches now: the one that has the timers, where it answers. */
function keeperOf(
  { plan }: Stage,
  { answers, online }: FenceSight,
  node: string,
  wished?: string,
): string | undefined {
  const able = plan.nodes
    .map(({ name }) => name)
    .filter((name) => name !== node && answers.includes(name) && online.includes(name));
  return able.find((name) => name === wished) ?? able[0];
}

const inMaintenance = ({ guests }: Awaited<ReturnType<typeof observeNode>>): boolean =>
  guests.kind === "running" && guests.inMaintenance;

function secondsOf(text: string): number {
  const seconds = Math.round((parseDuration(text) ?? 0) / 1_000);
  if (seconds < LEAST_S || seconds > MOST_S) {
    throw badInput(
      `\`--for ${text}\` is no time that a maintenance may take.`,
      "Write 30m, 2h or 1d: between 5 minutes and 14 days.",
    );
  }
  return seconds;
}

function refused(verb: string, node: string, why: readonly string[]): Failure {
  return new Failure("refused", {
    tried: `maintenance ${verb} ${node}`,
    where: "",
    cameBack: why.join("; "),
    doNext: "Nothing was changed.",
  });
}

function conclude(
  stage: Stage,
  verb: (typeof MAINTENANCE_VERBS)[number],
  node: string,
  said: readonly string[],
): ExitStatus {
  if (stage.json) {
    process.stdout.write(`${JSON.stringify({ status: EXIT.done, verb, node, said })}\n`);
  } else {
    said.forEach(stage.say);
  }
  return EXIT.done;
}
