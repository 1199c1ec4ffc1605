import type { ClusterInput } from "../../../config/schema/cluster.js";
import type { Margin } from "../margin.js";
import type { SeenHost } from "../sight.js";
import { type Group, sharedRange6 } from "./attachments.js";
import type { SeenInterface } from "./declared.js";

/** What a run would write anew without, because no field stands for it. */
export function tellOthers(
  hosts: readonly SeenHost[],
  seen: ReadonlyMap<string, readonly SeenInterface[]>,
  interfaces: ClusterInput["interfaces"],
  margin: Margin,
): void {
  const below = new Set(
    hosts.flatMap(({ node }) => (seen.get(node) ?? []).flatMap(({ ports }) => ports)),
  );
  for (const { node } of hosts) {
    for (const one of seen.get(node) ?? []) {
      for (const line of one.foreign) {
        margin.warn(`${one.name} has the line "${line}" in /etc/network/interfaces.`, node);
      }
      const said =
        one.name in interfaces ||
        below.has(one.name) ||
        one.addresses.length > 0 ||
        (one.kind === "port" && one.foreign.length === 0);
      if (!said) {
        const kind = one.kind === "other" ? "interface" : one.kind;
        margin.warn(`the ${kind} ${one.name} carries no network of all nodes.`, node);
      }
    }
  }
}

/** Addresses that are part of no network in the file. */
export function tellForeign6(
  hosts: readonly SeenHost[],
  seen: ReadonlyMap<string, readonly SeenInterface[]>,
  whole: readonly Group[],
  margin: Margin,
): void {
  const said = whole.flatMap(({ all }) =>
    sharedRange6(all) === undefined ? [] : all.map(({ carrier }) => carrier),
  );
  for (const { node } of hosts) {
    for (const one of (seen.get(node) ?? []).filter((carrier) => !said.includes(carrier))) {
      for (const address of one.addresses6) {
        margin.warn(
          `${address} on ${one.name} is in no network of all nodes, or beside the node's own IPv4 address.`,
          node,
        );
      }
    }
  }
}
