import type { OsdPlan } from "../../../config/plan/ceph.js";
import { serverAnswers } from "../../../dynamic-providers/health/storages.js";
import { type DoctorFinding, findingOf } from "../finding.js";
import type { DiskFacts, NodeFacts } from "../node-facts.js";
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

function disks({ plan }: JudgeContext, facts: NodeFacts): DoctorFinding[] {
  const { disks } = facts;
  const osds = plan.ceph?.osds.filter(({ node }) => node === facts.node) ?? [];
  if (disks === undefined) {
    return [];
  }
  const models = [
    ...new Set(osds.flatMap(({ disk }) => (disk.kind === "model" ? [disk.model] : []))),
  ];
  return [
    ...osds.flatMap((osd) => named(facts.node, osd, disks)),
    ...models.flatMap((model) => {
      const count = osds.filter(({ disk }) => disk.kind === "model" && disk.model === model).length;
      return chosen(facts.node, model, count, disks);
    }),
  ];
}

function named(node: string, osd: OsdPlan, disks: readonly DiskFacts[]): DoctorFinding[] {
  if (osd.disk.kind !== "device") {
    return [];
  }
  const { path } = osd.disk;
  const disk = disks.find((one) => one.path === path || one.links.includes(path));
  if (disk === undefined) {
    const there = disks.map((one) => one.path).join(", ") || "no disks";
    return [missing(node, `there is no ${path}; there are ${there}`)];
  }
  // A part of a disk lies beside other things on purpose.
  return disk.used === "" || disk.isOsd || osd.partitionBytes !== undefined
    ? []
    : [leftover(node, [disk])];
}

function chosen(
  node: string,
  model: string,
  count: number,
  disks: readonly DiskFacts[],
): DoctorFinding[] {
  const pattern = new RegExp(
    `^${model
      .split("*")
      .map((text) => text.replace(/[.+?^${}()|[\]\\]/g, "\\$&"))
      .join(".*")}$`,
    "i",
  );
  const fitting = disks.filter((disk) => pattern.test(disk.model.trim()));
  if (fitting.length < count) {
    return [missing(node, `${fitting.length} disks of the model ${model}, ${count} are planned`)];
  }
  const used = fitting.filter((disk) => disk.used !== "" && !disk.isOsd);
  return fitting.length - used.length < count ? [leftover(node, used)] : [];
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

function leftover(node: string, disks: readonly DiskFacts[]): DoctorFinding {
  const list = disks.map(({ path, used }) => `${path} (${used})`).join(", ");
  return findingOf(
    node,
    "error",
    "disk/leftovers",
    `not blank: ${list}`,
    "Look at what is on it. Only if nobody needs that, wipe it in the node's disk view.",
  );
}
