import type { ClusterSpec } from "../schema/cluster.js";
import type { RingPlan } from "./ring.js";

/** Where a port of a node is declared to lead: `node:port`, `switch:port`, or a switch alone. */
export interface DeclaredEndPlan {
  readonly node: string;
  readonly port: string;
  readonly to: string;
}

/** Which ports' far ends are looked at, and what the file says about them. */
export interface CablingPlan {
  /** By node; only nodes that have such ports. */
  readonly ports: Readonly<Record<string, readonly string[]>>;
  readonly declared: readonly DeclaredEndPlan[];
}

/** Ports of rings always, because their order is free; other ports where the file declares where they lead. */
export function planCabling(spec: ClusterSpec, rings: readonly RingPlan[]): CablingPlan {
  if (!spec.base.lldp) {
    return { ports: {}, declared: [] };
  }
  const ofRings = rings.flatMap((ring) =>
    ring.nodes.flatMap(({ node, ports }) => ports.map(({ name }) => ({ node, port: name }))),
  );
  const declared = [...rings.flatMap(declaredOfRing), ...declaredOfInterfaces(spec)];
  const all = [...ofRings, ...declared];
  const names = [...new Set(all.map(({ node }) => node))].sort();
  return {
    ports: Object.fromEntries(
      names.map((name) => [
        name,
        [...new Set(all.flatMap(({ node, port }) => (node === name ? [port] : [])))].sort(),
      ]),
    ),
    declared,
  };
}

/** A cable has two ends, and each node sees its own. */
function declaredOfRing(ring: RingPlan): DeclaredEndPlan[] {
  return ring.cablesDeclared
    ? ring.cables.flatMap(([a, b]) => [
        { ...a, to: `${b.node}:${b.port}` },
        { ...b, to: `${a.node}:${a.port}` },
      ])
    : [];
}

function declaredOfInterfaces(spec: ClusterSpec): DeclaredEndPlan[] {
  return Object.values(spec.interfaces).flatMap(({ cabling }) =>
    Object.entries(cabling).flatMap(([node, ports]) =>
      Object.entries(ports).map(([port, to]) => ({ node, port, to })),
    ),
  );
}
