import { z } from "zod";

/** What `status --json` promises to scripts. */
export const clusterStatus = z.object({
  cluster: z.string(),
  healthy: z.boolean(),
  quorum: z.object({ quorate: z.boolean(), votes: z.number(), expected: z.number() }),
  nodes: z.array(z.object({ node: z.string(), state: z.string(), detail: z.string() })),
  links: z.array(z.object({ link: z.number(), network: z.string(), state: z.string() })),
  rings: z.array(z.object({ from: z.string(), to: z.string(), through: z.string() })),
  fencing: z.object({
    fencers: z.array(z.object({ node: z.string(), state: z.string() })),
    pairs: z.array(
      z.object({
        by: z.string(),
        node: z.string(),
        kind: z.string(),
        ok: z.boolean(),
        power: z.string(),
        why: z.string(),
      }),
    ),
    watchdogOnly: z.array(z.string()),
  }),
  storages: z.array(z.object({ storage: z.string(), states: z.record(z.string(), z.string()) })),
});
export type ClusterStatus = z.output<typeof clusterStatus>;
