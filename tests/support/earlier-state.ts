import { readFileSync } from "node:fs";
import path from "node:path";
import { z } from "zod";

const record = z.record(z.string(), z.unknown());
const recorded = z.object({
  urn: z.string(),
  custom: z.boolean(),
  id: z.string().default(""),
  type: z.string(),
  inputs: record.default({}),
  outputs: record.default({}),
  parent: z.string().optional(),
});
export type Recorded = z.output<typeof recorded>;

const file = path.resolve(__dirname, "..", "fixtures", "earlier-state", "frege-0.1.0.json");

/** What version 0.1.0 kept of frege's cluster once it stood, without secrets, and the file that it was formed from. */
export const earlier = z
  .object({ section: record, resources: z.array(recorded) })
  .parse(JSON.parse(readFileSync(file, "utf8")));

/** It held no resource and claimed what nothing did; what is below it now is new. */
export const LEFT = "proxmox-ha:fencing:Fencing";

/** Ids followed from the order of the nodes then, and stand in the file now. */
const IDS: Readonly<Record<string, number>> = { frege: 1, russell: 2, wittgenstein: 3 };

export function sectionWithIds(): Readonly<Record<string, unknown>> {
  const nodes = z.record(z.string(), record).parse(earlier.section.nodes);
  const named = Object.entries(nodes).map(([name, node]) => [name, { ...node, id: IDS[name] }]);
  return { ...earlier.section, nodes: Object.fromEntries(named) };
}
