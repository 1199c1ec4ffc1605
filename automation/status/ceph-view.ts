import { diskSize } from "../../config/findings/figures.js";
import type { CephPlan } from "../../config/plan/ceph.js";
import {
  groupsClean,
  monitorsInQuorum,
  osdsServe,
  type SeenCeph,
} from "../../dynamic-providers/health/ceph.js";
import { cephStatus, seenIn } from "../../dynamic-providers/health/ceph-status.js";
import { unmet } from "../../dynamic-providers/health/condition.js";
import { parseJson } from "../../dynamic-providers/transport/base/json.js";

/** Ceph's own patience; whoever waits for its answer has a little more. */
const CONNECT_S = 4;
const NO_CEPH = "no ceph";

/** Prints what Ceph says of itself, or that the cluster has none. */
export const CEPH_SCRIPT = `if test -s /etc/pve/ceph.conf; then ceph -c /etc/pve/ceph.conf --connect-timeout ${CONNECT_S} status -f json 2>&1 < /dev/null; else echo '${NO_CEPH}'; fi`;

/** What one node heard from Ceph. */
export type CephHeard =
  | { readonly kind: "none" }
  | { readonly kind: "silent"; readonly why: string }
  | ({ readonly kind: "told" } & CephTold);

interface CephTold {
  readonly health: string;
  readonly seen: SeenCeph;
  /** Ceph's own warnings, a sentence each. */
  readonly warnings: readonly string[];
  readonly usedBytes: number;
  readonly totalBytes: number;
}

/** Undefined where the stack file has no Ceph, or this program makes none of it. */
export interface CephView {
  readonly state: "told" | "not made" | "unknown";
  readonly health?: string;
  readonly monitors?: { readonly inQuorum: readonly string[]; readonly missing: readonly string[] };
  readonly osds?: { readonly all: number; readonly up: number; readonly in: number };
  readonly groups?: Readonly<Record<string, number>>;
  readonly usedBytes?: number;
  readonly totalBytes?: number;
  readonly warnings: readonly string[];
  /** What the cluster lacks of what the file wants. */
  readonly lacks: readonly string[];
}

export function parseCeph(node: string, said: string): CephHeard {
  const text = said.trim();
  if (text === NO_CEPH) {
    return { kind: "none" };
  }
  const found = cephStatus.safeParse(parseJson(text));
  if (!found.success) {
    return { kind: "silent", why: text.replaceAll(/\s+/g, " ").slice(0, 200) || "no answer" };
  }
  const { health, pgmap } = found.data;
  return {
    kind: "told",
    health: health.status,
    seen: seenIn(found.data, node),
    warnings: Object.values(health.checks)
      .filter(({ muted }) => !muted)
      .map(({ summary }) => summary.message),
    usedBytes: pgmap.bytes_used,
    totalBytes: pgmap.bytes_total,
  };
}

/** One answer is enough: Ceph speaks with one voice, wherever it is asked. */
export function cephView(
  plan: CephPlan | undefined,
  heard: readonly (CephHeard | undefined)[],
): CephView | undefined {
  if (plan === undefined || plan.withheld.length > 0) {
    return undefined;
  }
  const told = heard.find((one) => one?.kind === "told");
  if (told?.kind === "told") {
    const { seen, health, warnings, usedBytes, totalBytes } = told;
    const wrong = unmet([
      monitorsInQuorum(seen, plan.monitors),
      osdsServe(seen, plan.osds.length),
      groupsClean(seen),
    ]);
    return {
      state: "told",
      health,
      monitors: {
        inQuorum: seen.inQuorum,
        missing: plan.monitors.filter((name) => !seen.inQuorum.includes(name)),
      },
      osds: seen.osds,
      groups: seen.groups,
      usedBytes,
      totalBytes,
      warnings,
      lacks: wrong.map(({ evidence }) => evidence),
    };
  }
  const silent = heard.find((one) => one?.kind === "silent");
  if (silent?.kind === "silent") {
    return { state: "unknown", warnings: [], lacks: [`Ceph does not answer: ${silent.why}`] };
  }
  return heard.some((one) => one?.kind === "none")
    ? { state: "not made", warnings: [], lacks: ["there is no Ceph yet"] }
    : { state: "unknown", warnings: [], lacks: ["nobody could be asked for Ceph"] };
}

/** Warnings that stop nobody are told and are no fault. */
export const cephIsSound = (view: CephView | undefined): boolean =>
  view === undefined || (view.lacks.length === 0 && view.health !== "HEALTH_ERR");

export function cephRows(view: CephView | undefined): string[][] {
  if (view === undefined) {
    return [];
  }
  const { state, health, monitors, osds, groups, usedBytes = 0, totalBytes = 0 } = view;
  const share = totalBytes > 0 ? Math.round((usedBytes / totalBytes) * 100) : 0;
  return [
    ...(state === "told"
      ? [
          ["health", health ?? ""],
          ["monitors", `${monitors?.inQuorum.join(", ") ?? ""} in the quorum`],
          ["OSDs", `${osds?.all ?? 0}, ${osds?.up ?? 0} up, ${osds?.in ?? 0} in`],
          [
            "groups",
            Object.entries(groups ?? {})
              .map(([name, count]) => `${count} ${name}`)
              .join(", ") || "none yet",
          ],
          ["used", `${diskSize(usedBytes)} of ${diskSize(totalBytes)} raw (${share} %)`],
        ]
      : []),
    ...view.lacks.map((line) => ["lacks", line]),
    ...view.warnings.map((line) => ["warns", line]),
  ];
}
