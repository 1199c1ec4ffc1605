import type { PlannedChange } from "../../../../automation/preview/planned-change.js";
import { planCluster } from "../../../../config/plan/index.js";
import { ringCluster } from "../../config/plan/stacks.js";

type Inputs = Readonly<Record<string, unknown>>;

/** One step, as the planners of a preview see it. */
export function change(
  action: string,
  kind: string,
  { before = {}, after = {} }: { readonly before?: Inputs; readonly after?: Inputs } = {},
): PlannedChange {
  const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  const touched = keys.filter((key) => JSON.stringify(before[key]) !== JSON.stringify(after[key]));
  const native = kind.startsWith("proxmoxve/");
  return {
    name: "nfs-vms-definition",
    kind,
    type: native ? "proxmoxve:storage/nfs:Nfs" : kind,
    action,
    before,
    after,
    touched: new Set(touched),
    drifted: new Set(),
  };
}

export const PLAN = planCluster(ringCluster(3));
export const STANDS = { plan: PLAN, isNew: false };

export const on = (node: string): Inputs => ({ connection: { node } });

export const guest = (more: Inputs = {}): Inputs => ({
  kind: "vm",
  node: "node-1",
  settings: { cores: "2", description: "one" },
  worded: { memory: { current: "2048" } },
  disks: [{ slot: "scsi0", storage: "nfs", gib: 32 }],
  mayRestart: false,
  consents: { removal: "guest.web", restart: "restart.web" },
  ...more,
});
