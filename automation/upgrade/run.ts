import { Failure } from "../../config/failure/failure.js";
import { confirm } from "../confirm.js";
import { EXIT, type ExitStatus } from "../engine/exit-status.js";
import { stackFolder } from "../engine/stack-folder.js";
import { observeFencing } from "../fence/observe.js";
import { onStage } from "../fence/on-stage.js";
import type { FenceSight } from "../fence/sight.js";
import { nodeNamed, type Stage } from "../fence/stage.js";
import { keepUpgrade, pastUpgrades, type UpgradedNode } from "../history/upgrades.js";
import { prepare } from "../maintenance/prepare.js";
import { refresh, refused, untilItAnswers, upgradeNode } from "./course.js";
import { observePackages } from "./facts.js";
import type { Journal } from "./journal.js";
import { againstPackages } from "./judge.js";
import { Logbook, leftByEarlier } from "./logbook.js";
import { planUpgrade, type UpgradePlan } from "./plan.js";
import { planLines } from "./render.js";

export interface UpgradeRequest {
  readonly stack: string;
  readonly plan: boolean;
  readonly canary: string | undefined;
  readonly yes: boolean;
  readonly json: boolean;
}

/** So many earlier upgrades tell how long one takes. */
const PAST = 30;
/** Only asked for, and never kept: the look before anything is touched. */
const LOOK_S = 3_600;

/** `upgrade`: packages and kernels of all nodes, one after the other, so that nobody misses anything. */
export async function runUpgrade(request: UpgradeRequest): Promise<ExitStatus> {
  const { stack, json } = request;
  return await onStage(stack, json, "upgrade", async (stage) => {
    const canary = request.canary === undefined ? undefined : nodeNamed(stage, request.canary);
    const { member, left } = await whereItIs(stage);
    const begun = left?.node === "" ? undefined : left?.node;
    if (begun !== undefined && !request.plan) {
      stage.say(
        `An earlier upgrade was cut while ${begun} was out of service: it is gone on with.`,
      );
      await untilItAnswers(stage, begun);
    }
    const sight = await observeFencing(stage.plan, stage.looks);
    const unhealthy = await againstHealth(stage, sight, begun);
    if (!request.plan) {
      refuse(unhealthy);
      stage.say("The nodes fetch their lists of packages.");
      await refresh(stage, sight.answers);
    }
    const facts = await Promise.all(
      sight.answers.map((name) => observePackages(stage.looks(name))),
    );
    const past = pastUpgrades(stackFolder(stage.stack), PAST).entries;
    const plan = planUpgrade({ facts, master: sight.ha.master, canary, begun, past });
    const due = new Set(plan.nodes.map(({ node }) => node));
    const objections = [
      ...unhealthy,
      ...facts.filter(({ node }) => due.has(node)).flatMap(againstPackages),
    ];
    for (const line of planLines(plan, stage.plan.major)) {
      stage.say(line);
    }
    if (request.plan) {
      for (const objection of objections) {
        stage.say(`Now it would be refused: ${objection}.`);
      }
      return conclude(stage, { plan, objections, done: [], said: [] });
    }
    refuse(objections);
    if (plan.nodes.length === 0) {
      await new Logbook(stage, [member]).close(true);
      return conclude(stage, { plan, objections, done: [], said: [] });
    }
    await confirm(stage.plan.name, { yes: request.yes, otherwise: "no node was upgraded" });
    return await carryOut(stage, plan, { left, canary, sight });
  });
}

/** A member that can be asked, and what an earlier run has left there. */
async function whereItIs(
  stage: Stage,
): Promise<{ readonly member: string; readonly left: Journal | undefined }> {
  const { witness, answers } = await observeFencing(stage.plan, stage.looks);
  if (witness === undefined) {
    throw new Failure(answers.length === 0 ? "unreachable" : "refused", {
      tried: "upgrade",
      where: "",
      cameBack:
        answers.length === 0 ? "no node answers from here" : "no node that answers has quorum",
      doNext: "Nothing was touched.",
    });
  }
  return { member: witness.node, left: await leftByEarlier(stage, witness.node) };
}

function refuse(objections: readonly string[]): void {
  if (objections.length > 0) {
    throw refused("", objections, "Nothing was touched. Mend what is named first.");
  }
}

/** What stands against doing without any of the nodes: an upgrade that stops half-way was begun too early. */
async function againstHealth(
  stage: Stage,
  sight: FenceSight,
  begun: string | undefined,
): Promise<readonly string[]> {
  const names = stage.plan.nodes.map(({ name }) => name);
  const lame = [
    ...names.flatMap((name) => (sight.answers.includes(name) ? [] : [`${name} does not answer`])),
    ...sight.maintenance.flatMap(({ node }) =>
      node === begun
        ? []
        : [
            `${node} was taken out of service by \`maintenance on\`, and that is not the upgrade's to end`,
          ],
    ),
  ];
  // While one is out of service the others cannot be judged: each is, before its turn.
  if (lame.length > 0 || begun !== undefined) {
    return lame;
  }
  const against: string[] = [];
  for (const node of names) {
    const prepared = await prepare(stage, sight, node, LOOK_S);
    against.push(...(prepared.kind === "refused" ? prepared.objections : []));
  }
  return [...new Set(against)];
}

interface Going {
  readonly left: Journal | undefined;
  readonly canary: string | undefined;
  readonly sight: FenceSight;
}

async function carryOut(
  stage: Stage,
  plan: UpgradePlan,
  { left, canary, sight }: Going,
): Promise<ExitStatus> {
  const logbook = new Logbook(stage, sight.answers);
  await logbook.open(left?.done ?? []);
  const done: UpgradedNode[] = [];
  let isOver = false;
  try {
    for (const planned of plan.nodes) {
      const { node } = planned;
      const ended = await upgradeNode(stage, planned, () => logbook.begin(node));
      await logbook.finish(node);
      keepUpgrade(stackFolder(stage.stack), stage.stack, ended, stage.say);
      done.push(ended);
      stage.say(
        `${node} is upgraded and back after ${ended.seconds} s${ended.isRestarted ? ", restarted" : ""}.`,
      );
      if (node === canary && plan.nodes.at(-1) !== planned) {
        isOver = true;
        return conclude(stage, {
          plan,
          objections: [],
          done,
          said: [
            `${node} goes first, and the others wait. When it does well, \`proxmox-ha upgrade ${stage.stack}\` goes on with them.`,
          ],
        });
      }
    }
    isOver = true;
  } finally {
    await logbook.close(isOver);
  }
  return conclude(stage, { plan, objections: [], done, said: ["All nodes are upgraded."] });
}

function conclude(
  stage: Stage,
  outcome: {
    readonly plan: UpgradePlan;
    readonly objections: readonly string[];
    readonly done: readonly UpgradedNode[];
    readonly said: readonly string[];
  },
): ExitStatus {
  outcome.said.forEach(stage.say);
  if (stage.json) {
    process.stdout.write(`${JSON.stringify({ status: EXIT.done, ...outcome })}\n`);
  }
  return EXIT.done;
}
