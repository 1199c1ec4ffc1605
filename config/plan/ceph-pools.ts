import type { ClusterSpec } from "../schema/cluster.js";
import { type ErasurePlan, planErasure } from "./ceph-erasure.js";
import { present } from "./present.js";

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
  readonly compression?: {
    readonly mode: NonNullable<PoolSpec["compression"]>["mode"];
    readonly algorithm?: NonNullable<NonNullable<PoolSpec["compression"]>["algorithm"]>;
  };
  readonly application: PoolSpec["application"];
  /** Cut into parts; copies are then of its metadata. */
  readonly erasure?: ErasurePlan;
  /** By which its copies are laid out; absent where that is left to Ceph. */
  readonly crushRule?: string;
}

/** What of a pool stays as it was made, in words that two runs can compare. */
export function kindOfPool({ erasure, application }: CephPoolPlan): string {
  const layout =
    erasure === undefined
      ? "copies"
      : [
          `${erasure.data} + ${erasure.parity} parts, each on another ${erasure.failureDomain}`,
          ...(erasure.class === undefined ? [] : [`on ${erasure.class}`]),
        ].join(", ");
  return `${layout}, for ${application}`;
}

/** A rule by which each copy lies in another place, on disks of one class where the pool asks for that. */
export interface CrushRulePlan {
  readonly rule: string;
  readonly failureDomain: PoolSpec["failureDomain"];
  readonly class?: NonNullable<PoolSpec["class"]>;
}

export function planCephPools({ pools }: CephSpec): CephPoolPlan[] {
  return Object.entries(pools)
    .map(([name, pool]) => {
      const { size, minSize, pgs, autoscale, share, quota, application, compression } = pool;
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
          compression: compression && {
            mode: compression.mode,
            ...present({ algorithm: compression.algorithm }),
          },
          erasure: planErasure(pool),
          crushRule: ruleOf(pool)?.rule,
        }),
      };
    })
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** One for each way in which a pool wants to be laid out that is not Ceph's own. */
export function planCrushRules({ pools }: CephSpec): CrushRulePlan[] {
  const rules = Object.values(pools).flatMap((pool) => ruleOf(pool) ?? []);
  return [...new Map(rules.map((one) => [one.rule, one])).values()].sort((a, b) =>
    a.rule < b.rule ? -1 : 1,
  );
}

/** Beside Ceph's own `replicated_rule`, which spreads over hosts and all disks, and told apart from it by what differs. */
function ruleOf({
  failureDomain,
  class: deviceClass,
}: Pick<PoolSpec, "failureDomain" | "class">): CrushRulePlan | undefined {
  const words = [
    ...(failureDomain === "host" ? [] : [failureDomain]),
    ...(deviceClass === undefined ? [] : [deviceClass]),
  ];
  return words.length === 0
    ? undefined
    : {
        rule: ["replicated", ...words].join("_"),
        failureDomain,
        ...present({ class: deviceClass }),
      };
}
