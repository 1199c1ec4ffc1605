import { z } from "zod";
import type { ClusterPlan } from "../../config/plan/index.js";
import { guestChange } from "./guest-change.js";
import { letGo } from "./let-go.js";
import type { PlannedChange } from "./planned-change.js";

/** What a step may bring with it, the gravest first. `none`: nobody notices, and it can be taken back by the file. */
export const RISKS = [
  "irreversible",
  "data at risk",
  "restart",
  "traffic cut",
  "guests moved",
  "none",
] as const;
export type Risk = (typeof RISKS)[number];

/** What the steps of a run happen to. */
export interface Scene {
  readonly plan: Pick<ClusterPlan, "feasibility" | "consentDays">;
  /** The cluster itself is still to be made, so that nobody depends on it yet. */
  readonly isNew: boolean;
}

type Judge = (change: PlannedChange, scene: Scene) => readonly Risk[];

/** The risks of one step, by what it is, how it changes and what the plan says of the cluster; never empty. */
export function risksOf(change: PlannedChange, scene: Scene): Risk[] {
  const found = judgeOf(change)(change, scene);
  const risks = RISKS.filter((risk) => found.includes(risk));
  return risks.length === 0 ? ["none"] : risks;
}

const NONE: Judge = () => [];
const REPLACED = ["replace", "remove", "remove old"];

const goes = ({ action }: PlannedChange): boolean => REPLACED.includes(action);
const comes = ({ action }: PlannedChange): boolean => action === "create" || action === "update";

function judgeOf({ kind, type }: PlannedChange): Judge {
  return type.startsWith("proxmoxve:storage/") ? storage : (JUDGES[kind] ?? NONE);
}

const cutsTraffic: Judge = (change) => (goes(change) || comes(change) ? ["traffic cut"] : []);

/** Its definition goes and its volumes stay, where no node sees them any more. */
const storage: Judge = (change) =>
  (goes(change) && letGo(change) === undefined) ||
  (change.action === "update" && change.touched.has("encryptionKey"))
    ? ["data at risk"]
    : [];

const guest: Judge = (change) => {
  if (goes(change)) {
    return ["irreversible", "data at risk"];
  }
  const { restarts, grows } = guestChange(change);
  return [
    ...(restarts ? (["restart"] as const) : []),
    ...(grows ? (["irreversible"] as const) : []),
  ];
};

/** Whether it has to start anew only the host knows; that it may is enough to be told of. */
const reboot: Judge = (change, { plan, isNew }) => {
  if (!comes(change) || change.after.policy === "never") {
    return [];
  }
  const node = nodeOf(change);
  const emptied = plan.feasibility.maintenance.find((one) => one.node === node);
  const moves = !isNew && Object.keys(emptied?.moves ?? {}).length > 0;
  return moves ? ["restart", "guests moved"] : ["restart"];
};

/** The node on which a step works. */
export function nodeOf({ before, after }: PlannedChange): string | undefined {
  const on = z.object({ connection: z.object({ node: z.string() }) });
  return (on.safeParse(after).data ?? on.safeParse(before).data)?.connection.node;
}

const placement: Judge = (change) => {
  if (change.action === "create") {
    const there = z.object({ present: z.array(z.string()).min(1) }).safeParse(change.after);
    return there.success ? ["guests moved"] : [];
  }
  const moves = ["rules", "resources"].some((key) => change.touched.has(key));
  return change.action === "update" && (moves || change.drifted.size > 0) ? ["guests moved"] : [];
};

const osds: Judge = (change) => {
  const { wiped, leaving } = diskChange(change);
  return [
    ...(wiped.length > 0 ? (["irreversible"] as const) : []),
    ...(leaving.length > 0 ? (["data at risk"] as const) : []),
  ];
};

const osdInputs = z.object({
  disks: z
    .array(z.object({ serial: z.string(), path: z.string(), wipe: z.unknown().optional() }))
    .default([]),
  leaving: z.array(z.object({ osd: z.number(), uuid: z.string() })).default([]),
});

export interface DiskChange {
  /** Serial numbers of disks that are emptied, whatever lies on them. */
  readonly wiped: readonly string[];
  /** Numbers of OSDs that give up their disks. */
  readonly leaving: readonly number[];
}

/** What happens to disks of a host that was not wanted by the last run. */
export function diskChange({ before, after }: PlannedChange): DiskChange {
  const was = osdInputs.safeParse(before).data ?? { disks: [], leaving: [] };
  const is = osdInputs.safeParse(after).data ?? { disks: [], leaving: [] };
  return {
    wiped: is.disks
      .filter(({ wipe, path }) => wipe !== undefined && !was.disks.some((one) => one.path === path))
      .map(({ serial }) => serial),
    leaving: is.leaving
      .filter(({ uuid }) => !was.leaving.some((one) => one.uuid === uuid))
      .map(({ osd }) => osd),
  };
}

/** Its copies are made anew elsewhere, or there are fewer of them. */
const pool: Judge = ({ action, touched, before, after }) => {
  const sizes = z.object({ size: z.number(), minSize: z.number() });
  const was = sizes.safeParse(before).data;
  const is = sizes.safeParse(after).data;
  const fewer =
    was !== undefined && is !== undefined && (is.size < was.size || is.minSize < was.minSize);
  return action === "update" && (fewer || touched.has("crushRule")) ? ["data at risk"] : [];
};

/** A storage can be defined again; what lies in a pool is gone with it. */
const retiredPools: Judge = (change) => {
  const pools = z.object({ pools: z.array(z.object({ kind: z.string() })) });
  const those = pools.safeParse(change.after).data?.pools ?? [];
  const destroyed = those.some(({ kind }) => kind !== "storage");
  return comes(change) && destroyed ? ["irreversible", "data at risk"] : [];
};

const onCreate =
  (...risks: readonly Risk[]): Judge =>
  ({ action }) =>
    action === "create" ? risks : [];

const whenMade =
  (...risks: readonly Risk[]): Judge =>
  (change) =>
    comes(change) ? risks : [];

const onUpdate =
  (key: string, ...risks: readonly Risk[]): Judge =>
  ({ action, touched, drifted }) =>
    action === "update" && (touched.has(key) || drifted.size > 0) ? risks : [];

/** By kind. What is not in the list changes nothing that anybody would notice. */
export const JUDGES: Readonly<Record<string, Judge>> = {
  "guest/Vm": guest,
  "guest/Container": guest,
  "ha/Guests": placement,
  "host/Network": cutsTraffic,
  "host/Reboot": reboot,
  "sdn/Fabric": cutsTraffic,
  "pvesm/Storage": storage,
  "pveceph/Locations": onUpdate("hosts", "data at risk"),
  "pveceph/Osds": osds,
  "pveceph/Pool": pool,
  "pveceph/Release": whenMade("irreversible", "restart"),
  "pveceph/RetiredPools": retiredPools,
  // A node leaves a cluster by a new installation alone.
  "pvecm/Cluster": onCreate("irreversible"),
  "pvecm/Links": onUpdate("members", "traffic cut"),
  "pvecm/Member": onCreate("irreversible"),
  "pvecm/Removal": onCreate("irreversible"),
  "proxmoxve/Hagroup": (change) => (change.action === "update" ? ["guests moved"] : []),
};
