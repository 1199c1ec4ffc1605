import { list } from "../../config/findings/enumeration.js";
import type { ClusterPlan } from "../../config/plan/index.js";
import { recoveryFloorS } from "../../config/plan/recovery.js";
import { spareWhileOff } from "../../dynamic-providers/health/spare.js";
import { amount } from "../acknowledged-warnings.js";
import { againstByCeph, type FenceSight, lostWith, type NodeLook, underWay } from "./sight.js";

/** What a person forgets at night. */
export interface Consideration {
  /** What stands against it; one is enough to refuse. */
  readonly objections: readonly string[];
  /** What is to be known before it is agreed to. */
  readonly remarks: readonly string[];
}

type Plan = Pick<ClusterPlan, "fencing" | "feasibility">;

export function considerOff(
  plan: Plan,
  sight: FenceSight,
  node: string,
  seen: NodeLook,
  { whileMember }: { readonly whileMember: boolean },
): Consideration {
  const member = sight.online.includes(node);
  const objections = [
    ...noWay(plan, sight, node),
    ...withoutQuorum(sight),
    ...whileUnderWay(sight),
    ...(member ? ofMember(sight, node, seen, whileMember) : []),
  ];
  return {
    objections,
    remarks: [
      ...(member
        ? []
        : sight.witness === undefined
          ? []
          : sight.answers.includes(node)
            ? [
                `${node} is no member at the moment and still answers over ssh: what runs there goes on until it is off`,
              ]
            : [`${node} is no member at the moment and does not answer from here`]),
      ...mastership(sight, node),
      ...fateOfGuests(plan, sight, node, seen),
      "it stays off until `fence on`: the fencers leave it alone until then",
    ],
  };
}

/** Against cutting the power of a node that works. */
function ofMember(
  { witness }: FenceSight,
  node: string,
  { ceph }: NodeLook,
  whileMember: boolean,
): string[] {
  const margin = witness === undefined ? undefined : spareWhileOff(node, witness.membership);
  return [
    ...(whileMember
      ? []
      : [
          `${node} is a member at work. \`ha-manager crm-command node-maintenance enable ${node}\` moves its guests away, and \`poweroff\` there ends it in order. To cut its power all the same, with everything that runs on it, add --while-member`,
        ]),
    ...(margin === undefined || margin.met
      ? []
      : [`${margin.evidence}: every node with active HA services would reset itself`]),
    ...againstByCeph(ceph),
  ];
}

export function considerOn(plan: Plan, sight: FenceSight, node: string): Consideration {
  const budget = sight.standings
    .flatMap(({ daemon }) => daemon?.powerOn ?? [])
    .find((one) => one.node === node);
  const spent =
    budget !== undefined &&
    (budget.lastHour >= budget.perHour || budget.lastDay >= budget.perDay) &&
    budget.lastDay > 0;
  return {
    objections: [...noWay(plan, sight, node), ...withoutQuorum(sight), ...whileUnderWay(sight)],
    remarks: [
      ...(spent
        ? [
            `the fencers switched it on ${amount(budget.lastDay, "time")} within the last day and have given up: find out why it keeps dying`,
          ]
        : []),
      `from then on ${node} counts again: it joins the membership, HA may start guests there, and the fencers guard it as before`,
    ],
  };
}

/** Whether anybody can ask the devices of a node, or be told of it. */
export function considerAsking(plan: Plan, sight: FenceSight, node: string): Consideration {
  return { objections: noAsker(plan, sight, node), remarks: [] };
}

/** That the devices say Off needs no person. This is about a person's word, where they say nothing. */
export function considerWord(sight: FenceSight, node: string): Consideration {
  return {
    objections: [
      ...(sight.online.includes(node) ? [`${node} is a member at work, so it is not off`] : []),
      ...withoutQuorum(sight),
    ],
    remarks: [
      ...(sight.answers.includes(node)
        ? [`${node} answers over ssh: what has been seen off is another machine`]
        : []),
      ...MEANING.map((sentence) => sentence.replaceAll("NODE", node)),
    ],
  };
}

/** What it means that a node is known to be off. */
export const MEANING = [
  "The fencers stop trying to switch NODE off, and leave it off until `fence on`",
  "HA does not ask: it starts NODE's guests elsewhere when NODE's lock has expired, about two minutes after its loss",
  "A removal or replacement of NODE by `up` still asks its controller; where that says nothing, the consent `seen-off.NODE` in the stack file is a person's word",
] as const;

function noWay(plan: Plan, sight: FenceSight, node: string): string[] {
  return plan.fencing.fencers.length > 0 && plan.fencing.watchdogOnly.includes(node)
    ? [`${node} has no power device: only its own watchdog stops it, so go there`]
    : noAsker(plan, sight, node);
}

function noAsker({ fencing }: Plan, { askers }: FenceSight, node: string): string[] {
  if (fencing.fencers.length === 0) {
    return [
      "no fencers belong to this cluster: the stack file names no power device, or says `power: off`",
    ];
  }
  return askers.some((asker) => asker !== node)
    ? []
    : ["no other member answers whose fencer could be asked: go to the machine"];
}

function whileUnderWay(sight: FenceSight): string[] {
  return underWay(sight).map((what) => `${what} now: wait half a minute and look at \`status\``);
}

function withoutQuorum({ witness }: FenceSight): string[] {
  return witness === undefined
    ? [
        "no node that answers has quorum: power is switched by the majority alone, or at the machine",
      ]
    : [];
}

function mastership({ ha }: FenceSight, node: string): string[] {
  return ha.master === node
    ? [
        `${node} is the HA master: guests of a lost master are started elsewhere after about ${recoveryFloorS(true)} s instead of ${recoveryFloorS(false)} s`,
      ]
    : [];
}

function fateOfGuests(
  plan: Plan,
  { ha }: FenceSight,
  node: string,
  { guests }: NodeLook,
): string[] {
  const { services, stranded } = lostWith(plan, { ha }, node);
  const moved = services.filter((sid) => !stranded.includes(sid));
  const alone =
    guests.kind === "running"
      ? guests.unmanaged
      : guests.kind === "defined"
        ? guests.guests.filter((guest) => !ha.services.some(({ sid }) => sid === guest))
        : [];
  return [
    ...(ha.known ? [] : ["what HA has on it is not known: HA did not tell"]),
    ...(moved.length === 0
      ? []
      : [`HA starts ${list(moved)} elsewhere, when the lock of ${node} has expired`]),
    ...(stranded.length === 0
      ? []
      : [
          `${list(stranded)} cannot run anywhere else and ${stranded.length === 1 ? "stays" : "stay"} down`,
        ]),
    ...(alone.length === 0
      ? []
      : [
          `${list(alone)} ${alone.length === 1 ? "is" : "are"} not under HA: nobody starts ${alone.length === 1 ? "it" : "them"} elsewhere`,
        ]),
    ...(guests.kind === "unknown"
      ? [`which guests it has beside those is not known: ${guests.why}`]
      : []),
  ];
}
