import type { ClusterPlan } from "./cluster.js";
import { columns } from "./describe-text.js";
import type { InterfacePlan } from "./interfaces.js";
import type { RingPlan } from "./ring.js";

const PROTOCOL_NAMES = { openfabric: "OpenFabric", ospf: "OSPF", bgp: "BGP" } as const;

export function describeNetworks(plan: ClusterPlan): string[] {
  const perNode = plan.nodes.flatMap(({ name, network }) =>
    network.interfaces.map((one, index) => [index === 0 ? name : "", one.name, interfaceText(one)]),
  );
  return [...columns(perNode), ...plan.rings.flatMap(ringText)];
}

function interfaceText(one: InterfacePlan): string {
  if (one.kind === "loopback") {
    return one.addresses.length === 0 ? "no address of its own" : one.addresses.join(", ");
  }
  return [
    kindText(one),
    ...one.addresses,
    ...one.gateways.map((gateway) => `gateway ${gateway}`),
    ...one.routes.map((route) => `${route.to} via ${route.via}`),
    `MTU ${one.mtu}`,
  ].join(", ");
}

function kindText(one: Exclude<InterfacePlan, { kind: "loopback" }>): string {
  switch (one.kind) {
    case "port":
      return "port";
    case "ring-port":
      return `port of ${one.network}`;
    case "bond":
      return `${one.mode} bond of ${one.ports.join(" and ")}`;
    case "bridge":
      return `${one.vlanAware ? "VLAN-aware " : ""}bridge on ${one.ports.join(", ") || "nothing"}`;
    case "vlan":
      return `VLAN ${one.vlan} of ${one.parent}`;
  }
}

function ringText(ring: RingPlan): string[] {
  const owner = ring.owner === "frr" ? "" : ", written by an SDN fabric";
  return [
    `${ring.network}: a ${ring.topology} routed by ${PROTOCOL_NAMES[ring.protocol]}${owner}, MTU ${ring.mtu}`,
    ...ring.cables.map(([a, b]) => `  cable ${a.node}:${a.port} - ${b.node}:${b.port}`),
    ...(ring.cablesDeclared
      ? []
      : ["  any order of the cables will do; the report shows the real one"]),
  ];
}
