import { z } from "zod";

const linkState = z.strictObject({ name: z.string(), state: z.enum(["up", "no carrier", "down"]) });

/** What `twin status` tells; the control socket answers with it, the command line prints it. */
export const twinStatusSchema = z.strictObject({
  name: z.string(),
  stack: z.string(),
  cluster: z.string(),
  major: z.number(),
  phase: z.enum(["starting", "ready", "failed", "stopping"]),
  /** What went wrong, in the phase `failed`. */
  problem: z.string().optional(),
  pid: z.number(),
  engine: z.string(),
  layer: z.string(),
  timeScale: z.number(),
  startedAt: z.string(),
  readyAfterMs: z.number().optional(),
  hosts: z.array(
    z.strictObject({
      name: z.string(),
      address: z.string(),
      power: z.enum(["on", "off", "frozen"]),
      booted: z.string().optional(),
      quorum: z.string().optional(),
      storages: z.array(z.string()).optional(),
      links: z.array(linkState).optional(),
    }),
  ),
  cables: z.array(
    z.strictObject({ name: z.string(), state: z.enum(["plugged", "cut", "silent"]) }),
  ),
  networks: z.array(z.strictObject({ name: z.string(), cidr: z.string(), controller: z.string() })),
  services: z.array(
    z.strictObject({
      name: z.string(),
      title: z.string(),
      running: z.boolean(),
      restarts: z.number(),
    }),
  ),
  bmcs: z.array(z.strictObject({ node: z.string(), kind: z.string(), address: z.string() })),
  nas: z.array(
    z.strictObject({ name: z.string(), address: z.string(), exports: z.array(z.string()) }),
  ),
  pbs: z.array(
    z.strictObject({ name: z.string(), address: z.string(), datastores: z.array(z.string()) }),
  ),
  faults: z.array(z.strictObject({ id: z.number(), what: z.string() })),
  snapshots: z.array(z.string()),
  real: z.array(z.string()),
  replaced: z.array(z.strictObject({ what: z.string(), by: z.string() })),
  remarks: z.array(z.string()),
});
export type TwinStatus = z.output<typeof twinStatusSchema>;

/** Lines of progress, each with its number, so that a reader asks only for new ones. */
export const progressSchema = z.strictObject({
  pid: z.number(),
  phase: z.enum(["starting", "ready", "failed", "stopping"]),
  problem: z.string().optional(),
  next: z.number(),
  lines: z.array(z.string()),
});
