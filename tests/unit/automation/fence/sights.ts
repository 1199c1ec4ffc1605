import { type FenceSight, fenceSight, type KeptDrill } from "../../../../automation/fence/sight.js";
import type { MaintenanceRecord } from "../../../../automation/maintenance/record.js";
import type { NodeView } from "../../../../automation/status/node-view.js";
import { planCluster } from "../../../../config/plan/index.js";
import type { Standing } from "../../../../dynamic-providers/fencer/standing.js";
import { parseMembershipFacts } from "../../../../dynamic-providers/membership/facts.js";
import { type Stack, specOf } from "../../config/plan/stacks.js";
import { memberParts, printedFacts } from "../../dynamic-providers/pvecm/fake-cluster.js";

/** frege's cluster, as somebody sees it who switches power. */
export interface Picture {
  readonly stack?: Stack;
  /** Nodes that are no members at the moment. */
  readonly away?: readonly string[];
  /** Nodes that do not answer over ssh; by default those that are away. */
  readonly silent?: readonly string[];
  readonly quorate?: boolean;
  readonly ha?: readonly string[];
  readonly daemon?: Partial<NonNullable<Standing["daemon"]>>;
  readonly drills?: readonly KeptDrill[];
  readonly matrixAgeS?: number;
  readonly broken?: string;
  readonly maintenance?: readonly MaintenanceRecord[];
  readonly storages?: Readonly<Record<string, string>>;
}

export const HA = [
  "quorum OK",
  "master russell (active, Sun Nov 29 16:00:00 2026)",
  "lrm russell (active, Sun Nov 29 16:00:00 2026)",
  "service vm:100 (russell, started)",
  "service vm:101 (russell, stopped)",
  "service ct:200 (frege, started)",
];

export const daemon = {
  quorate: true,
  paused: false,
  disarm: null,
  graceS: 0,
  restS: 0,
  absent: {},
  holds: [],
  attempt: null,
  cases: [],
  powerOn: [],
} as const satisfies NonNullable<Standing["daemon"]>;

export function planOf(stack: Stack = "frege") {
  return planCluster(specOf(stack));
}

export function sightOf(picture: Picture = {}): FenceSight {
  const plan = planOf(picture.stack);
  const names = plan.nodes.map(({ name }) => name);
  const { away = [], silent = away, quorate = true, ha = HA } = picture;
  const votes = names.length - away.length;
  const quorum = `Quorate:          ${quorate ? "Yes" : "No"}\nExpected votes:   ${names.length}\nTotal votes:      ${votes}\n`;
  const members = JSON.stringify({
    cluster: { quorate: quorate ? 1 : 0 },
    nodelist: Object.fromEntries(
      names.map((name, at) => [name, { id: at + 1, online: away.includes(name) ? 0 : 1 }]),
    ),
  });
  const views = plan.nodes.map(({ name, address }, at): NodeView => {
    if (silent.includes(name)) {
      return { node: name, address, reachable: false, late: false, why: "no answer" };
    }
    const alone = away.includes(name);
    const parts = memberParts(name, at, {
      names,
      cluster: plan.name,
      quorate: quorate && !alone,
    });
    const rows = plan.fencing.devices
      .filter(({ node }) => node !== name)
      .map(({ node, kind, address: place }) => ({
        by: name,
        node,
        kind,
        address: place,
        ok: node !== picture.broken,
        passing: false,
        power: "on",
        why: node === picture.broken ? "nothing answers there" : "",
      }));
    return {
      node: name,
      address,
      reachable: true,
      ceph: undefined,
      machine: {},
      backups: undefined,
      closed: undefined,
      storages: picture.storages ?? {},
      ha,
      ringRoutes: {},
      neighbours: [],
      maintenance: picture.maintenance ?? [],
      nowS: 1_800_000_000,
      fencer: { state: "active", matrix: { time: 0, rows }, ageS: picture.matrixAgeS ?? 600 },
      membership: parseMembershipFacts(
        printedFacts(alone ? parts : { ...parts, ...(quorate ? { members } : {}), quorum }),
      ),
    };
  });
  return fenceSight(plan, views, {
    standings: names
      .filter((name) => !silent.includes(name))
      .map((node) => ({ node, daemon: { ...daemon, ...picture.daemon } })),
    drills: picture.drills ?? [],
    troubles: [],
  });
}
