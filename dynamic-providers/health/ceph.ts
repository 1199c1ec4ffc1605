import type { Condition } from "./condition.js";

/** What Ceph says of itself, as far as it is judged. */
export interface SeenCeph {
  /** Who was asked. */
  readonly node: string;
  readonly inQuorum: readonly string[];
  readonly osds: { readonly all: number; readonly up: number; readonly in: number };
  /** Placement groups by their state. */
  readonly groups: Readonly<Record<string, number>>;
  /** How far the healing of data is; empty when nothing is left to do. */
  readonly recovery: string;
}

const LOOK = "Look at `ceph -s` and `ceph health detail` there.";

/** Every monitor of the plan has a voice. */
export function monitorsInQuorum(
  { node, inQuorum }: SeenCeph,
  wanted: readonly string[],
): Condition {
  const silent = wanted.filter((name) => !inQuorum.includes(name));
  return {
    name: "ceph",
    node,
    met: silent.length === 0,
    title: "monitors",
    value: `${inQuorum.length} in the quorum`,
    evidence: `monitors that are in no quorum: ${silent.join(", ")}`,
    doNext: LOOK,
  };
}

/** As many OSDs as planned are there, and each that is there is up and in. */
export function osdsServe({ node, osds }: SeenCeph, wanted: number): Condition {
  const { all, up, in: inside } = osds;
  return {
    name: "ceph",
    node,
    met: all >= wanted && up === all && inside === all,
    title: "OSDs",
    value: `${all}, ${up} up, ${inside} in`,
    evidence: `of ${Math.max(all, wanted)} OSDs ${up} are up and ${inside} are in${all < wanted ? `, and ${wanted - all} are missing` : ""}`,
    doNext: LOOK,
  };
}

/** Each object has all of its copies, where they belong. Scrubbing goes on beside that. */
export function groupsClean({ node, groups, recovery }: SeenCeph): Condition {
  const unclean = Object.entries(groups).filter(([state]) => !isClean(state));
  const all = Object.values(groups).reduce((sum, count) => sum + count, 0);
  return {
    name: "ceph",
    node,
    met: unclean.length === 0,
    title: "placement groups",
    value: `${all}, ${all - unclean.reduce((sum, [, count]) => sum + count, 0)} active and clean`,
    evidence: `placement groups are not clean: ${unclean.map(([state, count]) => `${count} ${state}`).join(", ")}${recovery === "" ? "" : ` (${recovery})`}`,
    doNext: LOOK,
  };
}

export const isClean = (state: string): boolean => state.startsWith("active+clean");

/** Something was written into a pool and read back. */
export function poolServes(node: string, pool: string, said: string): Condition {
  return {
    name: "ceph",
    node,
    met: said === "",
    title: `pool ${pool}`,
    value: said === "" ? "written and read back" : said,
    evidence: `${node} cannot write into the pool ${pool} and read it back: ${said}`,
    doNext: LOOK,
  };
}
