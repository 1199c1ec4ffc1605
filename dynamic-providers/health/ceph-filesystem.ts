import type { Condition } from "./condition.js";

/** A file system of Ceph as its monitors tell of it. */
export interface SeenFilesystem {
  /** Who was asked. */
  readonly node: string;
  readonly name: string;
  /** Metadata servers that serve it. */
  readonly active: readonly string[];
  /** Those that follow an active one of it. */
  readonly following: readonly string[];
  /** Those that would take over any file system. */
  readonly waiting: readonly string[];
}

/** Somebody serves it, and somebody else takes over: at once where that is wanted. */
export function filesystemServes(seen: SeenFilesystem, hotStandby: boolean): Condition {
  const { node, name, active, following, waiting } = seen;
  const behind = hotStandby ? following : [...following, ...waiting];
  const lacks = [
    ...(active.length === 0 ? ["no metadata server is active"] : []),
    ...(behind.length === 0 ? [`none ${hotStandby ? "follows the active one" : "stands by"}`] : []),
  ];
  return {
    name: "ceph",
    node,
    met: lacks.length === 0,
    title: `file system ${name}`,
    value: `${active.join(", ") || "nobody"} active, ${behind.join(", ") || "nobody"} behind`,
    evidence: `the file system ${name} is not whole: ${lacks.join(", and ")}`,
    doNext: "Look at `ceph fs status` and at `journalctl -u 'ceph-mds@*'` on the metadata servers.",
  };
}
