import { type CodeTable, type Draft, drafter, type Path } from "../findings/finding.js";
import { gib } from "../findings/words.js";
import { planCeph } from "../plan/ceph.js";
import { planFeasibility } from "../plan/feasibility.js";
import { planHa } from "../plan/ha.js";
import type { NodePlan } from "../plan/nodes.js";
import { planStorages } from "../plan/storage.js";
import type { Facts } from "./facts.js";
import type { RuleSet } from "./rule.js";

const codes = {
  "capacity/memory": {
    severity: "error",
    about:
      "Ceph's daemons, the ZFS cache and the system need so much of a node's memory that too little is left for guests. The sum is in the message.",
  },
  "capacity/guests": {
    severity: "error",
    about:
      "The guests placed on a node need more memory than it has for them. A reserve of a few gigabytes for the host is not enough where Ceph runs as well.",
  },
  "capacity/unknown-memory": {
    severity: "warning",
    about:
      "The hardware profile does not know how much memory the machine has, so nothing about it can be checked.",
  },
  "capacity/no-home": {
    severity: "error",
    about:
      "With one node less, a guest under HA would have no node that has its memory and sees its disks.",
  },
  "capacity/no-home-by-rule": {
    severity: "warning",
    about: "A placement binds the guest to nodes that can be lost together with it.",
  },
} as const satisfies CodeTable;
const draft = drafter(codes);

const GIB = 2 ** 30;
/** What the Proxmox installer allows the ZFS cache: a tenth of the memory, 16 GiB at most. */
const ZFS_CACHE = { share: 0.1, most: 16 * GIB };
/** A hypervisor that has less than this for guests was not meant so. */
const LEAST_FOR_GUESTS = 0.1;

interface Budget {
  readonly node: NodePlan;
  readonly memory: number;
  readonly ceph: number;
  readonly cache: number;
  readonly forGuests: number;
}

function check(facts: Facts): Draft[] {
  const budgets = facts.nodes.flatMap((node) => budgetOf(facts, node));
  return [
    ...budgets.flatMap(hostItself),
    ...budgets.flatMap((budget) => guestsOn(facts, budget)),
    ...unknown(facts),
    ...oneNodeLess(facts),
  ];
}

function budgetOf({ spec, nodes }: Facts, node: NodePlan): Budget[] {
  const { memory, reserve } = node.hardware;
  if (memory === undefined) {
    return [];
  }
  const ceph = planCeph(spec, nodes)?.memoryBytes[node.name] ?? 0;
  const cache = spec.base.zfsArcMax ?? Math.min(memory * ZFS_CACHE.share, ZFS_CACHE.most);
  return [{ node, memory, ceph, cache, forGuests: memory - reserve.memory - ceph - cache }];
}

function sum({ node, memory, ceph, cache }: Budget): string {
  return `of ${gib(memory)}: Ceph ${gib(ceph)}, ZFS cache ${gib(cache)}, system ${gib(node.hardware.reserve.memory)}`;
}

function hostItself(budget: Budget): Draft[] {
  const { node, memory, forGuests } = budget;
  return forGuests >= memory * LEAST_FOR_GUESTS
    ? []
    : [
        draft(
          "capacity/memory",
          ["nodes", node.name],
          `${node.name} would have ${gib(Math.max(0, forGuests))} for guests (${sum(budget)}).`,
          "Install more memory and say so under `overrides.memory`, use fewer OSDs, or lower `base.zfsArcMax`.",
          { atKey: true },
        ),
      ];
}

function guestsOn({ spec }: Facts, budget: Budget): Draft[] {
  const { node, memory, forGuests } = budget;
  const here = Object.entries(spec.guests).filter(([, guest]) => guest.node === node.name);
  const wanted = here.reduce((total, [, guest]) => total + guest.memory, 0);
  return wanted <= forGuests || forGuests < memory * LEAST_FOR_GUESTS
    ? []
    : [
        draft(
          "capacity/guests",
          ["nodes", node.name],
          `${node.name} has ${gib(forGuests)} for guests (${sum(budget)}), and its ${here.length} guests want ${gib(wanted)}.`,
          "Move a guest to another node, or give some of them less memory.",
          { atKey: true },
        ),
      ];
}

function unknown({ spec, nodes }: Facts): Draft[] {
  return nodes
    .filter(
      ({ name, hardware }) =>
        hardware.memory === undefined &&
        (spec.ceph !== undefined || Object.values(spec.guests).some(({ node }) => node === name)),
    )
    .map(({ name, hardware }) =>
      draft(
        "capacity/unknown-memory",
        ["nodes", name],
        `The profile ${hardware.profile} says nothing about the memory of ${name}, so its capacity is not checked.`,
        "Add `overrides: {memory: 64GiB}` with what is installed.",
        { atKey: true },
      ),
    );
}

function oneNodeLess(facts: Facts): Draft[] {
  const { spec, nodes } = facts;
  const { findings } = planFeasibility(
    spec,
    nodes,
    planHa(spec),
    planStorages(spec),
    planCeph(spec, nodes),
  );
  return findings
    .filter(({ lost }) => lost !== undefined)
    .map(({ guest, obstacle, lost, message }) =>
      draft(
        obstacle === "rule" ? "capacity/no-home-by-rule" : "capacity/no-home",
        pathOf(facts, guest),
        `If ${lost} is lost, ${guest} stays down: ${message}.`,
        obstacle === "memory"
          ? "Give guests less memory, take one out of HA, or add memory."
          : obstacle === "storage"
            ? "Put its disks on shared storage, or take it out of HA."
            : "Name a second node in its placement.",
        { atKey: true },
      ),
    );
}

/** The planner speaks of `vm:101 (name)`. */
function pathOf({ spec }: Facts, guest: string): Path {
  const name = /\((.+)\)$/.exec(guest)?.[1];
  if (name !== undefined && spec.guests[name] !== undefined) {
    return ["guests", name];
  }
  return ["ha", "resources", guest];
}

export const capacity: RuleSet = { subject: "Capacity", codes, check };
