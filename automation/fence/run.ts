import { badInput, Failure } from "../../config/failure/failure.js";
import { othersThan } from "../../config/findings/others.js";
import { recoveryFloorS } from "../../config/plan/recovery.js";
import { confirm } from "../confirm.js";
import { EXIT, type ExitStatus } from "../engine/exit-status.js";
import { visible } from "../visible.js";
import { askMembers, type MemberAnswer, sentenceOf } from "./ask-members.js";
import {
  type Consideration,
  considerAsking,
  considerOff,
  considerOn,
  considerWord,
  MEANING,
} from "./consider.js";
import { observeFencing, observeNode } from "./observe.js";
import { onStage } from "./on-stage.js";
import type { FenceSight } from "./sight.js";
import { nodeNamed, type Stage } from "./stage.js";
import { renderStanding, standingView } from "./standing-view.js";

export const FENCE_VERBS = ["status", "off", "on", "confirm-off"] as const;
type FenceVerb = (typeof FENCE_VERBS)[number];

export interface FenceRequest {
  readonly stack: string;
  readonly verb: string;
  readonly node?: string;
  readonly yes: boolean;
  readonly whileMember: boolean;
  readonly json: boolean;
}

/** `fence`: looks at the fencers, and has a member's fencer do what a person asks. This program speaks to no device. */
export async function runFence(request: FenceRequest): Promise<ExitStatus> {
  const { verb, stack, json } = request;
  const known = FENCE_VERBS.find((one) => one === verb);
  if (known === undefined) {
    throw badInput(`There is no \`fence ${verb}\`.`, othersThan(verb, FENCE_VERBS));
  }
  return await onStage(stack, json, "fence", async (stage) => {
    if (known === "status") {
      return await tellStanding(stage);
    }
    const node = nodeNamed(stage, request.node);
    const sight = await observeFencing(stage.plan, stage.looks);
    if (sight.answers.length === 0) {
      throw nobody(known, node);
    }
    switch (known) {
      case "off":
        return await off(stage, sight, node, request);
      case "on":
        return await on(stage, sight, node, request);
      case "confirm-off":
        return await confirmOff(stage, sight, node, request);
    }
  });
}

async function tellStanding(stage: Stage): Promise<ExitStatus> {
  const sight = await observeFencing(stage.plan, stage.looks);
  const view = standingView(sight);
  const status =
    sight.answers.length === 0 ? EXIT.unreachable : view.sound ? EXIT.done : EXIT.failed;
  process.stdout.write(
    stage.json
      ? `${JSON.stringify({ status, ...view })}\n`
      : visible(renderStanding(view, stage.stack)),
  );
  return status;
}

type Asked = Pick<FenceRequest, "yes" | "whileMember">;

async function off(
  stage: Stage,
  sight: FenceSight,
  node: string,
  { yes, whileMember }: Asked,
): Promise<ExitStatus> {
  const seen = await observeNode(stage.plan, sight, node, stage.looks);
  const found = considerOff(stage.plan, sight, node, seen, { whileMember });
  refuse("off", node, found);
  tellRemarks(stage, `${node} is about to be switched off`, found);
  await confirm(node, { yes, otherwise: `${node} was not switched off` });
  const flags = ["--yes", ...(whileMember ? (["--while-member"] as const) : [])] as const;
  const answers = await askAll(stage, sight, { verb: "off", node, flags });
  return conclude(stage, "off", node, answers, [
    `HA starts the guests of a lost node elsewhere after about ${recoveryFloorS(sight.ha.master === node)} s. ${node} stays off until \`npx proxmox-ha fence ${stage.stack} on ${node}\`.`,
  ]);
}

async function on(
  stage: Stage,
  sight: FenceSight,
  node: string,
  { yes }: Asked,
): Promise<ExitStatus> {
  if (sight.online.includes(node)) {
    return tellOutcome(stage, {
      status: EXIT.done,
      verb: "on",
      node,
      heard: [],
      next: [`${node} is a member of the cluster already.`],
    });
  }
  const found = considerOn(stage.plan, sight, node);
  refuse("on", node, found);
  tellRemarks(stage, `${node} is about to be switched on`, found);
  await confirm(node, { yes, otherwise: `${node} was not switched on` });
  const answers = await askAll(stage, sight, { verb: "on", node, flags: ["--yes"] });
  return conclude(stage, "on", node, answers, [
    `Whether it comes up shows \`npx proxmox-ha status ${stage.stack}\`.`,
  ]);
}

/** The devices are asked first; a person's word counts only where they say nothing. */
async function confirmOff(
  stage: Stage,
  sight: FenceSight,
  node: string,
  { yes }: Asked,
): Promise<ExitStatus> {
  refuse("confirm-off", node, considerAsking(stage.plan, sight, node));
  const stays = sight.witness !== undefined && !sight.online.includes(node);
  const told = await askAll(stage, sight, {
    verb: "confirm-off",
    node,
    flags: stays ? ["--stays"] : [],
  });
  const meaning = MEANING.map((sentence) => `${sentence.replaceAll("NODE", node)}.`);
  if (told.some(isOk)) {
    const kept = stays ? meaning : ["Nothing was recorded: no node that answers has quorum."];
    return conclude(stage, "confirm-off", node, told, kept);
  }
  if (told.some((one) => one.kind === "answered" && one.power === "on")) {
    throw refused("confirm-off", node, [
      `its device says that it is On: ${told.map(sentenceOf).join("; ")}`,
    ]);
  }
  const found = considerWord(sight, node);
  for (const answer of told) {
    stage.say(`  ${sentenceOf(answer)}`);
  }
  refuse("confirm-off", node, found);
  tellRemarks(stage, `Your word that ${node} is off is about to be recorded`, found);
  await confirm(node, { yes, otherwise: `that ${node} is off was not recorded` });
  const answers = await askAll(stage, sight, { verb: "confirm-off", node, flags: ["--seen"] });
  return conclude(stage, "confirm-off", node, answers, meaning);
}

const isOk = (answer: MemberAnswer): boolean => answer.kind === "answered" && answer.ok;

async function askAll(
  stage: Stage,
  sight: FenceSight,
  wish: {
    readonly verb: "off" | "on" | "confirm-off";
    readonly node: string;
    readonly flags: readonly `--${string}`[];
  },
): Promise<readonly MemberAnswer[]> {
  const { verb, node } = wish;
  const members = sight.askers.filter((asker) => asker !== node);
  const what = verb === "confirm-off" ? `ask whether ${node} is off` : `switch ${node} ${verb}`;
  return await askMembers(
    wish,
    members.map((member) => (verb === "confirm-off" ? stage.looks : stage.changes)(member)),
    {
      verb: what,
      tried: `to ${what}`,
      doNext: "Look at `systemctl status proxmox-ha-fencer` there.",
    },
    isOk,
  );
}

function conclude(
  stage: Stage,
  verb: FenceVerb,
  node: string,
  answers: readonly MemberAnswer[],
  afterwards: readonly string[],
): ExitStatus {
  const done = answers.some(isOk);
  const allRefused = !done && answers.every(({ kind }) => kind === "refused");
  const status = done ? EXIT.done : allRefused ? EXIT.refused : EXIT.failed;
  const heard = answers.map(sentenceOf);
  const next = done
    ? afterwards
    : [
        `${node} is NOT known to be ${verb === "on" ? "on" : "off"}. ${
          verb === "on"
            ? "Press its button, or mend what is named and run this again."
            : `Pull its plug, then \`npx proxmox-ha fence ${stage.stack} confirm-off ${node}\`.`
        }`,
      ];
  return tellOutcome(stage, { status, verb, node, heard, next });
}

function tellOutcome(
  stage: Stage,
  outcome: {
    readonly status: ExitStatus;
    readonly verb: FenceVerb;
    readonly node: string;
    /** What each member said that was asked. */
    readonly heard: readonly string[];
    readonly next: readonly string[];
  },
): ExitStatus {
  if (stage.json) {
    process.stdout.write(`${JSON.stringify(outcome)}\n`);
  } else {
    [...outcome.heard, ...outcome.next].forEach(stage.say);
  }
  return outcome.status;
}

function tellRemarks(stage: Stage, head: string, { remarks }: Consideration): void {
  stage.say(`${head}:`);
  for (const remark of remarks) {
    stage.say(`  ${remark}`);
  }
}

function refuse(verb: FenceVerb, node: string, { objections }: Consideration): void {
  if (objections.length > 0) {
    throw refused(verb, node, objections);
  }
}

function refused(verb: FenceVerb, node: string, why: readonly string[]): Failure {
  return new Failure("refused", {
    tried: `fence ${verb} ${node}`,
    where: "",
    cameBack: why.join("; "),
    doNext: "Nothing was switched.",
  });
}

function nobody(verb: FenceVerb, node: string): Failure {
  return new Failure("unreachable", {
    tried: `fence ${verb} ${node}`,
    where: "",
    cameBack: "no node answers from here, and power is switched through a member",
    doNext:
      "Run it from a machine that reaches the nodes, or on a member itself: `python3 -I -B /usr/lib/proxmox-ha/fencer/main.py --help`. Nothing was switched.",
  });
}
