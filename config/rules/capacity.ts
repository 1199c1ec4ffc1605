import { gib } from "../findings/figures.js";
import { type CodeTable, type Draft, drafter, type Path } from "../findings/finding.js";
import { type CephPlan, planCeph } from "../plan/ceph.js";
import { LEAST_FOR_GUESTS } from "../plan/ceph-memory.js";
import { LEAST_OSD_BYTES } from "../plan/ceph-settings.js";
import { type FeasibilityFinding, planFeasibility } from "../plan/feasibility.js";
import { planHa } from "../plan/ha.js";
import { type MemoryBudget, memoryBudget } from "../plan/memory.js";
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
  "capacity/bounces": {
    severity: "error",
    about:
      "A placement draws a guest to a node that does not see its disks. HA moves it there without asking, it cannot start, and HA moves it on, again and again.",
  },
  "capacity/moved-at-once": {
    severity: "warning",
    about:
      "A guest is made on a node that its placement or a rule does not let it keep, so HA moves it as soon as it runs.",
  },
  "capacity/no-place": {
    severity: "error",
    about: "Placements and rules between guests leave no node on which a guest may run.",
  },
  "capacity/no-home-by-rule": {
    severity: "warning",
    about:
      "A placement or a rule between guests leaves no other node for it. It may be meant: then it waits for its node.",
  },
} as const satisfies CodeTable;
const draft = drafter(codes);

const MIB = 2 ** 20;

interface Budget {
  readonly node: NodePlan;
  readonly memory: MemoryBudget;
}

function check(facts: Facts): Draft[] {
  const { spec, nodes } = facts;
  const ceph = planCeph(spec, nodes);
  const budgets = nodes.flatMap((node): Budget[] => {
    const memory = memoryBudget(spec, node, ceph);
    return memory === undefined ? [] : [{ node, memory }];
  });
  const tooSmall = budgets.filter(
    ({ memory }) => memory.forGuests < memory.installed * LEAST_FOR_GUESTS,
  );
  return [
    ...tooSmall.map((budget) => hostItself(budget, ceph)),
    ...unknown(facts),
    ...placed(facts, budgets, new Set(tooSmall.map(({ node }) => node.name))),
  ];
}

function sum({ installed, ceph, zfsCache, system }: MemoryBudget): string {
  return `of ${gib(installed)}: Ceph ${gib(ceph)}, ZFS cache ${gib(zfsCache)}, system ${gib(system)}`;
}

function hostItself({ node, memory }: Budget, ceph: CephPlan | undefined): Draft {
  const osds = ceph?.osds.filter((osd) => osd.node === node.name).length ?? 0;
  const fitting = osds === 0 ? undefined : fittingTarget(memory, ceph?.osdMemoryBytes ?? 0, osds);
  return draft(
    "capacity/memory",
    ["nodes", node.name],
    `${node.name} would have ${gib(Math.max(0, memory.forGuests))} for guests (${sum(memory)}${osds === 0 ? "" : `; ${osds} OSDs at ${gib(ceph?.osdMemoryBytes ?? 0)} are in it`}).`,
    `Install more memory and say so under \`overrides.memory\`, use fewer OSDs, ${fitting === undefined ? "" : `write at most \`ceph.osds.memoryTarget: ${fitting}MiB\`, `}or lower \`base.zfsArcMax\`.`,
    { atKey: true },
  );
}

/** The largest target, in MiB, with which enough is left for guests; undefined when no OSD can live on it. */
function fittingTarget(
  memory: MemoryBudget,
  targetBytes: number,
  osds: number,
): number | undefined {
  const missing = memory.installed * LEAST_FOR_GUESTS - memory.forGuests;
  const fits = Math.floor((targetBytes - missing / osds) / MIB);
  return fits * MIB < LEAST_OSD_BYTES ? undefined : fits;
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

/** What the planner of placements found, with all nodes up and with one node less. */
function placed(facts: Facts, budgets: readonly Budget[], tooSmall: ReadonlySet<string>): Draft[] {
  const { spec, nodes } = facts;
  const { findings } = planFeasibility(
    spec,
    nodes,
    planHa(spec),
    planStorages(spec),
    planCeph(spec, nodes),
  );
  return findings.flatMap((finding) => {
    if (finding.lost !== undefined) {
      return [withoutOne(facts, finding, finding.lost)];
    }
    if (finding.node === undefined) {
      return [atRest(facts, finding)];
    }
    const budget = budgets.find(({ node }) => node.name === finding.node);
    return tooSmall.has(finding.node) ? [] : [overfull(finding.node, finding.message, budget)];
  });
}

function withoutOne(
  facts: Facts,
  { guest, obstacle, message }: FeasibilityFinding,
  lost: string,
): Draft {
  return draft(
    obstacle === "rule" ? "capacity/no-home-by-rule" : "capacity/no-home",
    pathOf(facts, guest),
    `If ${lost} is lost, ${guest} stays down: ${message}.`,
    obstacle === "memory"
      ? "Give guests less memory, take one out of HA, or add memory."
      : obstacle === "storage"
        ? "Put its disks on shared storage, or take it out of HA."
        : "Let its placement name a second node, or loosen the rule.",
    { atKey: true },
  );
}

function atRest(facts: Facts, { guest, obstacle, severity, message }: FeasibilityFinding): Draft {
  const at = pathOf(facts, guest);
  const text = `${message}.`;
  if (obstacle === "storage") {
    const fix = "Let the placement prefer nodes that see its disks.";
    return draft("capacity/bounces", at, text, fix, { atKey: true });
  }
  return severity === "error"
    ? draft("capacity/no-place", at, text, "Loosen one of the rules.", { atKey: true })
    : draft("capacity/moved-at-once", at, text, "Make it where it will run.", { atKey: true });
}

function overfull(node: string, message: string, budget: Budget | undefined): Draft {
  return draft(
    "capacity/guests",
    ["nodes", node],
    `${message}${budget === undefined ? "" : ` (${sum(budget.memory)})`}.`,
    "Move a guest to another node, give some of them less memory, or spread a placement's priorities.",
    { atKey: true },
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
