import { type CephDiskRule, named } from "../../../config/plan/ceph-disks.js";
import { SLOT_KINDS, SLOT_NAMES } from "../../../config/plan/ceph-slots.js";
import { serverAnswers } from "../../../dynamic-providers/health/storages.js";
import type { FoundDisk } from "../../../dynamic-providers/pveceph/disks.js";
import { fits, shown } from "../../../dynamic-providers/pveceph/meant-disks.js";
import { type DoctorFinding, findingOf } from "../finding.js";
import type { NodeFacts } from "../node-facts.js";
import { remoteStorages } from "../questions.js";
import type { JudgeContext } from "./context.js";

/** Servers of storages, and disks that Ceph is to take. */
export function judgeStorage(context: JudgeContext, facts: NodeFacts): DoctorFinding[] {
  return [...servers(context, facts), ...disks(context, facts)];
}

function servers({ plan }: JudgeContext, { node, servers }: NodeFacts): DoctorFinding[] {
  const wanted = remoteStorages(plan, node);
  return servers.flatMap(({ address, port, open, exports }) => {
    const here = wanted.filter((one) => one.address === address && one.port === port);
    const ids = here.map(({ storage }) => storage.id);
    const answers = serverAnswers(node, { address, port }, ids, open);
    if (!answers.met) {
      return [findingOf(node, "error", "storage/unreachable", answers.value, answers.doNext)];
    }
    return here.flatMap(({ storage }) =>
      storage.type !== "nfs" || exports === undefined || exports.includes(storage.export)
        ? []
        : [
            findingOf(
              node,
              "error",
              "storage/export",
              `${address} does not export ${storage.export} (${storage.id}); it exports ${exports.join(", ")}`,
              "Export it on the server to this node's address, or correct `export`.",
            ),
          ],
    );
  });
}

/** As `up` will judge them: a rule means exactly as many disks as it says, and each is blank or has its OSD already. */
function disks({ plan }: JudgeContext, { node, disks }: NodeFacts): DoctorFinding[] {
  const taken = new Set<FoundDisk>();
  const rules = disks === undefined ? [] : (plan.ceph?.disks[node] ?? []);
  const forData = rules.flatMap((rule) => {
    const meant = (disks ?? []).filter((disk) => fits(rule, disk) && !taken.has(disk));
    for (const disk of meant) {
      taken.add(disk);
    }
    const { wanted, what } = named(rule);
    if (meant.length < wanted) {
      return [
        missing(node, `${meant.length} ${what}, ${wanted} planned; there are ${list(disks)}`),
      ];
    }
    const blank = meant.filter(({ used, osd }) => used === undefined && osd === undefined);
    // Beside a partition lies what belongs there; whether there is room for it, the preview tells.
    const used =
      rule.partitionBytes === undefined
        ? meant.filter((disk) => disk.used !== undefined && disk.osd === undefined)
        : [];
    return [
      ...(meant.length > wanted
        ? [more(node, `${meant.length} ${what}, ${wanted} planned`, blank)]
        : []),
      ...(used.length === 0 ? [] : [leftover(node, used)]),
    ];
  });
  return [...forData, ...carriers(node, rules, disks ?? [])];
}

/**
 * Disks on which OSDs keep databases and logs; several entries may mean the same ones. Whose volumes lie there already, and whether there is
 * room for more, the preview tells.
 */
function carriers(
  node: string,
  rules: readonly CephDiskRule[],
  disks: readonly FoundDisk[],
): DoctorFinding[] {
  const found = rules.flatMap((rule) =>
    SLOT_KINDS.flatMap((kind) => {
      const slots = rule[kind];
      if (slots === undefined) {
        return [];
      }
      const meant = disks.filter((disk) => fits(slots, disk));
      const { wanted, what } = named(slots);
      const used = meant.filter(
        ({ used, osd, slotVolumes }) =>
          osd !== undefined || (used !== undefined && slotVolumes === undefined),
      );
      const count = `${meant.length} ${what} for a ${SLOT_NAMES[kind]}, ${wanted} planned; there are ${list(disks)}`;
      return [
        ...(meant.length < wanted ? [missing(node, count)] : []),
        ...(meant.length > wanted ? [tooMany(node, count)] : []),
        ...(used.length === 0 ? [] : [leftover(node, used)]),
      ];
    }),
  );
  return found.filter(
    ({ evidence }, at) => found.findIndex((one) => one.evidence === evidence) === at,
  );
}

const list = (disks: readonly FoundDisk[] = []): string => disks.map(shown).join(", ") || "none";

function more(node: string, evidence: string, blank: readonly FoundDisk[]): DoctorFinding {
  return findingOf(
    node,
    "warning",
    "disk/new",
    `${evidence}; without an OSD: ${list(blank)}`,
    "None is taken by itself. Raise `count` to take all that the rule means, or narrow the rule.",
  );
}

/** Which of them would carry the slots is for the file to say. */
function tooMany(node: string, evidence: string): DoctorFinding {
  return findingOf(
    node,
    "error",
    "disk/new",
    evidence,
    "Raise `count` to use all that the rule means, or narrow the rule.",
  );
}

function missing(node: string, evidence: string): DoctorFinding {
  return findingOf(
    node,
    "error",
    "disk/missing",
    evidence,
    "Correct `ceph.osds`, or check that the disk is seated and enabled in the firmware.",
  );
}

function leftover(node: string, disks: readonly FoundDisk[]): DoctorFinding {
  return findingOf(
    node,
    "error",
    "disk/leftovers",
    `not blank: ${list(disks)}`,
    "Look at what is on it. Only if nobody needs that, wipe it in the node's disk view.",
  );
}
