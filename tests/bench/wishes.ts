import { z } from "zod";

const wish = z.object({
  /** How often each side makes the cluster. */
  PROXMOX_HA_BENCH_ROUNDS: z.coerce.number().int().min(1).max(9).default(2),
  /** Processors that others keep busy meanwhile. */
  PROXMOX_HA_BENCH_BUSY: z.coerce.number().int().min(0).max(64).default(0),
  /** Sizes of plain clusters to form on the twin; none unless asked for, because sixteen nodes take half an hour. */
  PROXMOX_HA_BENCH_SIZES: z
    .string()
    .regex(/^\d+(,\d+)*$/)
    .transform((text) => text.split(",").map(Number))
    .default([]),
  /** The playbook's program, which `npm run bench` installs. */
  PROXMOX_HA_ANSIBLE: z.string().min(1, "start the benchmark by `npm run bench`"),
});

export interface Wishes {
  readonly rounds: number;
  readonly busy: number;
  readonly sizes: readonly number[];
  readonly ansible: string;
}

export function wishes(env: NodeJS.ProcessEnv = process.env): Wishes {
  const asked = wish.parse(env);
  return {
    rounds: asked.PROXMOX_HA_BENCH_ROUNDS,
    busy: asked.PROXMOX_HA_BENCH_BUSY,
    sizes: asked.PROXMOX_HA_BENCH_SIZES,
    ansible: asked.PROXMOX_HA_ANSIBLE,
  };
}
