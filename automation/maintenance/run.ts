import { badInput, Failure } from "../../config/failure/failure.js";
import { othersThan } from "../../config/findings/others.js";
import { parseDuration } from "../../config/schema/units.js";
import { confirm } from "../confirm.js";
import { EXIT, type ExitStatus } from "../engine/exit-status.js";
import { observeFencing } from "../fence/observe.js";
import { onStage } from "../fence/on-stage.js";
import type { FenceSight } from "../fence/sight.js";
import { nodeNamed, type Stage } from "../fence/stage.js";
import { utc } from "./alarm.js";
import { begin, end } from "./course.js";
import { keeperOf, prepare } from "./prepare.js";

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
  const prepared = await prepare(stage, sight, node, seconds);
  if (prepared.kind === "refused") {
    throw refused("on", node, prepared.objections);
  }
  stage.say(`${node} is about to be taken out of service:`);
  for (const effect of prepared.effects) {
    stage.say(`  ${effect}`);
  }
  await confirm(node, { yes, otherwise: `${node} was not taken out of service` });
  // Whoever types the name may take their time, and that is not the node's.
  const now = Math.floor(Date.now() / 1_000);
  const begun = { ...prepared.begun, since: now, until: now + seconds };
  await begin(stage, begun, prepared.moves);
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
