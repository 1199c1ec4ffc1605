import { z } from "zod";
import { get } from "../../transport/pvesh/calls.js";
import { apiPath } from "../../transport/pvesh/endpoints.js";
import { askCeph } from "../ceph-command.js";

const number = z.union([z.number(), z.string()]).transform(Number);
const poolRow = z.object({
  pool_name: z.string(),
  type: z.string(),
  size: number,
  min_size: number,
  pg_num: number,
  pg_num_final: number.optional(),
  pg_autoscale_mode: z.string(),
  target_size_ratio: number.optional(),
  application_metadata: z.record(z.string(), z.unknown()).default({}),
  crush_rule_name: z.string().optional(),
});

/** What Proxmox does not tell. */
const more = z.object({
  pools: z.array(
    z.object({
      pool_name: z.string(),
      quota_max_bytes: number,
      erasure_code_profile: z.string().default(""),
      options: z
        .object({
          compression_mode: z.string().optional(),
          compression_algorithm: z.string().optional(),
        })
        .default({}),
    }),
  ),
  erasure_code_profiles: z.record(z.string(), z.record(z.string(), z.string())).default({}),
});

export type FoundPool = z.output<typeof poolRow> & {
  /** Zero for a pool without one. */
  readonly quotaBytes: number;
  /** By which it is cut into parts. */
  readonly profile?: string;
  readonly options: z.output<typeof more>["pools"][number]["options"];
};

/** As Proxmox lists them. */
export const poolsOn = (node: string) =>
  get(apiPath("get", `/nodes/${node}/ceph/pool`), z.array(poolRow));
export const OSD_MAP = askCeph(["osd", "dump"], more);

export function poolIn(
  rows: readonly z.output<typeof poolRow>[],
  map: z.output<typeof more>,
  name: string,
): FoundPool | undefined {
  const row = rows.find(({ pool_name }) => pool_name === name);
  const own = map.pools.find(({ pool_name }) => pool_name === name);
  const profile = own?.erasure_code_profile ?? "";
  return (
    row && {
      ...row,
      quotaBytes: own?.quota_max_bytes ?? 0,
      options: own?.options ?? {},
      ...(profile === "" ? {} : { profile }),
    }
  );
}
