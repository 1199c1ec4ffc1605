import type { RingPlan } from "./ring.js";

/** One node in an SDN fabric; interfaces are written as Proxmox takes them: `name=en05,hello_multiplier=3`. */
export interface FabricNodePlan {
  readonly node: string;
  readonly ip?: string;
  readonly ip6?: string;
  readonly interfaces: readonly string[];
}

/** A ring as an SDN fabric of Proxmox VE 9, in the words of its API. */
export interface FabricPlan {
  readonly id: string;
  readonly protocol: "openfabric" | "ospf";
  readonly options: Readonly<Record<string, string>>;
  readonly nodes: readonly FabricNodePlan[];
}

const CSNP_S = 2;
/** Two lost hellos in a row are noise on a busy ring, three are a dead cable. */
const HELLO_MULTIPLIER = 3;

/** Rings that Proxmox routes; those of FRR files have none. */
export function planFabrics(rings: readonly RingPlan[]): FabricPlan[] {
  return rings.flatMap((ring) => (ring.owner === "sdn-fabric" ? [planFabric(ring)] : []));
}

function planFabric(ring: RingPlan): FabricPlan {
  const fast = ring.protocol !== "ospf";
  return {
    id: ring.network,
    protocol: fast ? "openfabric" : "ospf",
    options: {
      ...(ring.loopbacks4 === undefined ? {} : { ip_prefix: ring.loopbacks4 }),
      ...(ring.loopbacks6 === undefined ? {} : { ip6_prefix: ring.loopbacks6 }),
      ...(fast
        ? {
            hello_interval: String(Math.max(1, Math.round(ring.helloMs / 1_000))),
            csnp_interval: String(CSNP_S),
          }
        : { area: "0" }),
    },
    nodes: ring.nodes.map(({ node, ports, loopback4, loopback6 }) => ({
      node,
      ...(loopback4 === undefined ? {} : { ip: loopback4 }),
      ...(loopback6 === undefined ? {} : { ip6: loopback6 }),
      interfaces: ports.map(({ name }) =>
        fast ? `name=${name},hello_multiplier=${HELLO_MULTIPLIER}` : `name=${name}`,
      ),
    })),
  };
}
