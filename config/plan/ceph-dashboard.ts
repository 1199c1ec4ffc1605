import type { ClusterSpec } from "../schema/cluster.js";
import type { SecretRef } from "../schema/primitives.js";
import type { NodePlan } from "./nodes.js";
import { present } from "./present.js";

type CephSpec = NonNullable<ClusterSpec["ceph"]>;
type DashboardSpec = Exclude<CephSpec["dashboard"], boolean>;

export interface CephDashboardPlan {
  readonly port: number;
  readonly standby: DashboardSpec["standby"];
  /** Where each manager serves it: the node's own address, so that no network of guests or disks sees the page. */
  readonly addresses: Readonly<Record<string, string>>;
  readonly users: readonly {
    readonly name: string;
    readonly role: DashboardSpec["users"][string]["role"];
    readonly password: SecretRef;
  }[];
  readonly certificate?: { readonly chain: SecretRef; readonly key: SecretRef };
}

const PAGE_ALONE: DashboardSpec = { port: 8443, standby: "redirect", users: {} };

export function planCephDashboard(
  { dashboard }: CephSpec,
  managers: readonly string[],
  nodes: readonly Pick<NodePlan, "name" | "address">[],
): CephDashboardPlan | undefined {
  const asked = dashboard === true ? PAGE_ALONE : dashboard;
  if (asked === false) {
    return undefined;
  }
  const { port, standby, users, certificate } = asked;
  return {
    port,
    standby,
    addresses: Object.fromEntries(
      nodes.flatMap(({ name, address }) => (managers.includes(name) ? [[name, address]] : [])),
    ),
    users: Object.entries(users)
      .map(([name, { role, password }]) => ({ name, role, password }))
      .sort((a, b) => (a.name < b.name ? -1 : 1)),
    ...present({ certificate }),
  };
}
