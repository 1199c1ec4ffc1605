import { readFileSync } from "node:fs";
import { parse } from "yaml";
import { z } from "zod";

const nodesSection = z.looseObject({ nodes: z.record(z.string(), z.unknown()) });
const stackFile = z.looseObject({
  config: z.looseObject({ "proxmox-ha:cluster": nodesSection }),
});

/**
 * Names of the nodes as they stand in the stack file. Pulumi hands a section over with its keys sorted, but the order of
 * the nodes says who founds the cluster, who joins when, and with which id.
 */
export function nodesInFile(file: string): readonly string[] | undefined {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
  const parsed = stackFile.safeParse(parse(text));
  return parsed.success ? Object.keys(parsed.data.config["proxmox-ha:cluster"].nodes) : undefined;
}

/** The same section with its nodes in the given order; nodes that the order does not name come last. */
export function withNodesInOrder(section: unknown, order: readonly string[]): unknown {
  const parsed = nodesSection.safeParse(section);
  if (!parsed.success) {
    return section; // its mistakes are reported by the schema
  }
  const { nodes } = parsed.data;
  const names = Object.keys(nodes);
  const ordered = [
    ...order.filter((name) => names.includes(name)),
    ...names.filter((name) => !order.includes(name)),
  ];
  return { ...parsed.data, nodes: Object.fromEntries(ordered.map((name) => [name, nodes[name]])) };
}

/**
 * YAML reads a bare `2026-12-01` as a moment, and Pulumi hands that over as a text of its own. The stack file means the
 * day.
 */
export function withPlainDays(value: unknown): unknown {
  if (typeof value === "string") {
    return value.replace(/^(\d{4}-\d{2}-\d{2}) 00:00:00 \+0000 UTC$/, "$1");
  }
  if (Array.isArray(value)) {
    return value.map(withPlainDays);
  }
  return typeof value === "object" && value !== null
    ? Object.fromEntries(Object.entries(value).map(([key, one]) => [key, withPlainDays(one)]))
    : value;
}
