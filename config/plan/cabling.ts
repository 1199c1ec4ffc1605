import type { ClusterSpec } from "../schema/cluster.js";
import { placeIn, type RingPlan } from "./ring.js";

/** Where a port of a node is declared to lead: `node:port`, `switch:port`, or a switch alone. */
export interface DeclaredEndPlan {
  readonly node: string;
  readonly port: string;
  readonly to: string;
}

/** What the file says about far ends of ports. */
export interface CablingPlan {
  /** Without LLDP nothing can be seen, and nothing is looked at. */
  readonly seen: boolean;
  readonly declared: readonly DeclaredEndPlan[];
}

export function planCabling(spec: ClusterSpec, rings: readonly RingPlan[]): CablingPlan {
  return spec.base.lldp
    ? {
        seen: true,
        declared: [...rings.flatMap(declaredOfRing), ...declaredOfInterfaces(spec)],
      }
    : { seen: false, declared: [] };
}

/** Ports of rings always, because their order is free; other ports where the file declares where they lead. */
export function portsToLookAt(
  { seen, declared }: CablingPlan,
  rings: readonly RingPlan[],
  node: string,
): string[] {
  const ofRings = seen
    ? rings.flatMap((ring) => placeIn(ring, node).ports.map(({ name }) => name))
    : [];
  const others = declared.flatMap((end) => (end.node === node ? [end.port] : []));
  return [...new Set([...ofRings, ...others])].sort();
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
