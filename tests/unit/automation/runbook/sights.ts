import { type Scene, sceneOf } from "../../../../automation/runbook/scene.js";
import { clusterView } from "../../../../automation/status/cluster-view.js";
import { type NodeView, parseNodeView } from "../../../../automation/status/node-view.js";
import { type ClusterPlan, planCluster } from "../../../../config/plan/index.js";
import { HEALTHY_CEPH } from "../../../support/ceph-status.js";
import { fixtureSpec, type Stack, specOf } from "../../config/plan/stacks.js";

/** Keys and records of the program lie below it, so that pages are the same on every machine. */
const folder = "/keys/cluster";
export const planOf = (stack: Stack | "trio"): ClusterPlan =>
  planCluster(stack === "trio" ? fixtureSpec(stack) : specOf(stack), { folder });
/** The same file on the major before. */
export const planOn8 = (): ClusterPlan =>
  planCluster(specOf("frege", { proxmox: { major: 8, channel: "no-subscription" } }), { folder });

const PART = "\n@@proxmox-ha@@";
const STATUS = "\n@@proxmox-ha-status@@";

interface Said {
  /** Whom the node counts in; all of them unless said otherwise. */
  readonly online?: readonly string[];
  readonly quorate?: boolean;
  readonly ha?: readonly string[];
  readonly guests?: readonly number[];
  readonly ceph?: object | string;
}

/** What a node prints when it is asked. */
function answer(plan: ClusterPlan, node: string, said: Said): NodeView {
  const names = plan.nodes.map(({ name }) => name);
  const { online = names, quorate = true, ha = [], guests = [], ceph } = said;
  const nodelist = Object.fromEntries(
    plan.nodes.map(({ name, id }) => [name, { id, online: online.includes(name) ? 1 : 0 }]),
  );
  const conf = `totem {\n  cluster_name: ${plan.name}\n  config_version: 3\n  version: 2\n}\nnodelist {\n${plan.nodes
    .map(
      ({ name, id, address }) =>
        `  node {\n    name: ${name}\n    nodeid: ${id}\n    ring0_addr: ${address}\n  }\n`,
    )
    .join("")}}`;
  const address = plan.nodes.find(({ name }) => name === node)?.address ?? "";
  const facts = [
    `${PART}version\npve-manager/${plan.major === 9 ? "9.2.11" : "8.4.1"}/abc (running kernel: 6.14)`,
    `${PART}conf\n${conf}`,
    `${PART}local-conf\n${conf}`,
    `${PART}members\n${JSON.stringify({ cluster: { quorate: quorate ? 1 : 0 }, nodelist })}`,
    `${PART}guests\n${guests.map((id) => `${id}.conf`).join("\n")}`,
    `${PART}quorum\nQuorate:          ${quorate ? "Yes" : "No"}\nExpected votes:   ${names.length}\nTotal votes:      ${online.length}`,
  ];
  const status = [
    `${STATUS}closed\n`,
    `${STATUS}ha\n${ha.join("\n")}`,
    `${STATUS}maintenance\n1700000000`,
    ...(ceph === undefined
      ? []
      : [`${STATUS}ceph\n${typeof ceph === "string" ? ceph : JSON.stringify(ceph)}`]),
  ];
  return parseNodeView(node, address, [...facts, ...status].join(""));
}

/** A look: nodes that say nothing take no connection. */
export function sceneWhere(
  plan: ClusterPlan,
  said: Readonly<Record<string, Said>>,
  stack = "frege",
): Scene {
  const views = plan.nodes.map(({ name, address }): NodeView => {
    const told = said[name];
    return told === undefined
      ? { node: name, address, reachable: false, late: false, why: "no answer within 1.5 s" }
      : answer(plan, name, told);
  });
  return sceneOf(stack, plan, clusterView(plan, views), views);
}

const GUEST_ON = (node: string): readonly string[] => [
  "quorum OK",
  "master frege (active, Mon Nov 30 03:00:00 2026)",
  `service vm:100 (${node}, started)`,
];

const warning = (name: string, message: string) => ({
  health: { status: "HEALTH_WARN", checks: { [name]: { summary: { message } } } },
});

/** As status and whatif would see them, without a name that is not in the stack files. */
export const sights = {
  formed: sceneWhere(planOf("frege"), {
    frege: { ha: GUEST_ON("frege"), guests: [100] },
    russell: {},
    wittgenstein: {},
  }),
  "one node dead": sceneWhere(planOf("frege"), {
    frege: { online: ["frege", "wittgenstein"], ha: GUEST_ON("frege") },
    wittgenstein: { online: ["frege", "wittgenstein"] },
  }),
  "one node silent from here": sceneWhere(planOf("frege"), {
    frege: { ha: GUEST_ON("frege") },
    wittgenstein: {},
  }),
  "no quorum": sceneWhere(planOf("frege"), {
    frege: { online: ["frege"], quorate: false },
  }),
  "two halves": sceneWhere(planOf("frege"), {
    frege: { online: ["frege"] },
    russell: { online: ["russell", "wittgenstein"] },
    wittgenstein: { online: ["russell", "wittgenstein"] },
  }),
  "nobody answers": sceneWhere(planOf("frege"), {}),
  "Proxmox VE 8": sceneWhere(planOn8(), {
    frege: { ha: GUEST_ON("russell") },
    russell: { guests: [100] },
    wittgenstein: {},
  }),
  "Ceph well": sceneWhere(
    planOf("trio"),
    { adele: { ceph: HEALTHY_CEPH }, berta: {}, clara: {} },
    "trio",
  ),
  "Ceph degraded": sceneWhere(
    planOf("trio"),
    {
      adele: {
        ceph: {
          ...HEALTHY_CEPH,
          ...warning("PG_DAMAGED", "Possible data damage: 1 pg inconsistent"),
          quorum_names: ["adele", "clara"],
          osdmap: { num_osds: 6, num_up_osds: 4, num_in_osds: 6 },
          pgmap: {
            ...HEALTHY_CEPH.pgmap,
            pgs_by_state: [
              { state_name: "active+undersized+degraded", count: 48 },
              { state_name: "active+clean+inconsistent", count: 1 },
            ],
          },
        },
      },
      berta: {},
      clara: {},
    },
    "trio",
  ),
  "Ceph nearly full": sceneWhere(
    planOf("trio"),
    {
      adele: { ceph: { ...HEALTHY_CEPH, ...warning("OSD_NEARFULL", "1 nearfull osd(s)") } },
      berta: {},
      clara: {},
    },
    "trio",
  ),
  "Ceph silent": sceneWhere(
    planOf("trio"),
    { adele: { ceph: "monclient(hunting): timed out" }, berta: {}, clara: {} },
    "trio",
  ),
} as const;
