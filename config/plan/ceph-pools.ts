import type { ClusterSpec } from "../schema/cluster.js";
import { present } from "./storage.js";

type CephSpec = NonNullable<ClusterSpec["ceph"]>;
type PoolSpec = CephSpec["pools"][string];

export interface CephPoolPlan {
  readonly name: string;
  readonly size: number;
  readonly minSize: number;
  readonly pgs?: number;
  readonly autoscale: PoolSpec["autoscale"];
  readonly share?: number;
  readonly quotaBytes?: number;
  readonly application: PoolSpec["application"];
  /** By which its copies are laid out; absent where that is left to Ceph. */
  readonly crushRule?: string;
}

/** A rule by which each copy lies on another host, on disks of one class. */
export interface CrushRulePlan {
  readonly rule: string;
  readonly class: NonNullable<PoolSpec["class"]>;
}

export function planCephPools({ pools }: CephSpec): CephPoolPlan[] {
  return Object.entries(pools)
    .map(([name, pool]) => {
      const { size, minSize, pgs, autoscale, share, quota, application } = pool;
      return {
        name,
        size,
        minSize,
        autoscale,
        application,
        ...present({
          pgs,
          share,
          quotaBytes: quota,
          crushRule: pool.class === undefined ? undefined : ruleOf(pool.class),
        }),
      };
    })
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** One for each class that a pool is bound to. */
export function planCrushRules({ pools }: CephSpec): CrushRulePlan[] {
  const classes = Object.values(pools).flatMap((pool) =>
    pool.class === undefined ? [] : [pool.class],
  );
  return [...new Set(classes)].sort().map((one) => ({ rule: ruleOf(one), class: one }));
}

/** Beside Ceph's own `replicated_rule`, and told apart from it by the class. */
const ruleOf = (deviceClass: CrushRulePlan["class"]): string => `replicated_${deviceClass}`;
