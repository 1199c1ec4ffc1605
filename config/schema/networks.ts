import { z } from "zod";
import { field } from "./field.js";
import {
  cidr4,
  cidr6,
  interfaceName,
  ip,
  ipv4,
  ipv6,
  mtu,
  networkName,
  nodeName,
  vlanId,
} from "./primitives.js";
import { oneLine, someLine } from "./text.js";
import { duration } from "./units.js";

const bond = z.strictObject({
  ports: field(z.array(interfaceName).min(1), "Ports that carry the bond.", [
    "enp1s0f0",
    "enp1s0f1",
  ]),
  mode: field(
    z.enum(["802.3ad", "active-backup"]).default("802.3ad"),
    "`802.3ad` where the far side is one LAG (or MC-LAG); `active-backup` on independent ports.",
    "802.3ad",
  ),
  farSide: field(
    z.enum(["lag", "independent"]).default("lag"),
    "What the ports are plugged into: one LAG over one or two switches, or independent switch ports.",
    "lag",
  ),
  lacpRate: field(
    z.enum(["fast", "slow"]).default("fast"),
    "Slow timers take longer to notice a silent link than the HA watchdog waits.",
    "fast",
  ),
  hash: field(
    z.enum(["layer3+4", "layer2+3", "layer2"]).default("layer3+4"),
    "How flows are spread over the ports.",
    "layer3+4",
  ),
  primary: field(interfaceName.optional(), "Preferred port of an active-backup bond.", "enp1s0f0"),
});

const bridge = z.strictObject({
  ports: field(z.array(interfaceName), "Port, bond or nothing that the bridge stands on.", [
    "enp87s0",
  ]),
  vlanAware: field(z.boolean().default(false), "Guests may tag their own VLANs.", true),
  vlans: field(
    z.union([someLine, vlanId]).transform(String).default("2-4094"),
    "VLANs that may pass.",
    "16 28 48",
  ),
});

const interfaceDefinition = z
  .strictObject({
    bond: field(bond.optional(), "A bond of several ports."),
    bridge: field(bridge.optional(), "A bridge for guests and host addresses."),
    port: field(z.strictObject({}).optional(), "A plain port that carries addresses itself."),
    mtu: field(mtu.default(1500), "MTU of the interface and of the ports below it.", 9000),
    nodes: field(
      z
        .record(
          nodeName,
          z.strictObject({
            ports: field(z.array(interfaceName).min(1), "Ports on this node.", ["eno1"]),
          }),
        )
        .default({}),
      "Other ports on single nodes, where machines differ.",
      { "pve-aimax-01": { ports: ["eno1"] } },
    ),
    cabling: field(
      z.record(nodeName, z.record(interfaceName, someLine)).default({}),
      "Where ports are plugged into, as LLDP names it: a switch, or `switch:port`. Swapped cables are named in the report.",
      { "pve1-node1": { enp65s0f0np0: "leaf1:Ethernet1" } },
    ),
  })
  .refine(
    (one) => [one.bond, one.bridge, one.port].filter((kind) => kind !== undefined).length === 1,
    "say exactly one of bond, bridge or port",
  );

export const interfaces = z.record(interfaceName, interfaceDefinition);

const cableEnd = oneLine.regex(/^[^\s:]+:[^\s:]+$/, "write node:port, for example frege:en05");

const ring = z.strictObject({
  ports: field(
    z.array(interfaceName).min(1).max(2).optional(),
    "Names of the Thunderbolt ports. By default those of the hardware profile.",
    ["en05", "en06"],
  ),
  topology: field(
    z.enum(["ring", "chain", "pair"]).default("ring"),
    "How the cables run: a closed ring, an open chain, or one cable between two nodes.",
    "ring",
  ),
  protocol: field(
    z.enum(["openfabric", "ospf", "bgp"]).optional(),
    "Routing protocol on the ring. OpenFabric by default; OSPF where link-local loopbacks meet the FRR of Proxmox VE 8, whose OpenFabric does not announce them.",
    "openfabric",
  ),
  owner: field(
    z.enum(["frr", "sdn-fabric"]).default("frr"),
    "Who writes FRR's configuration: this program, or an SDN fabric of Proxmox VE 9. Never both.",
    "frr",
  ),
  cabling: field(
    z.array(z.tuple([cableEnd, cableEnd])).optional(),
    "Cables as node:port pairs, to have swapped ones named in the report. Order never matters to routing.",
    [["frege:en05", "russell:en06"]],
  ),
  hello: field(
    duration
      .refine((ms) => ms % 1_000 === 0 && ms <= 60_000, {
        error: "write whole seconds, from 1s to 60s",
      })
      .prefault("1s"),
    "Hello interval of the routing protocol, in whole seconds.",
    "1s",
  ),
});

const route = z.strictObject({
  to: field(z.union([cidr4, cidr6]), "Destination network.", "10.40.0.0/16"),
  via: field(ip, "Next hop in this network.", "10.30.0.254"),
});

const network = z.strictObject({
  cidr: field(
    cidr4.optional(),
    "IPv4 network of the hosts. Leave out for a VLAN that only guests use.",
    "10.203.3.0/24",
  ),
  cidr6: field(cidr6.optional(), "IPv6 network of the hosts.", "fd00:16::/64"),
  gateway: field(ipv4.optional(), "IPv4 default gateway; one network has it.", "10.203.3.1"),
  gateway6: field(ipv6.optional(), "IPv6 default gateway.", "fd00:16::1"),
  on: field(interfaceName.optional(), "Interface that carries the network.", "vmbr0"),
  vlan: field(vlanId.optional(), "VLAN tag; left out when untagged.", 16),
  device: field(
    interfaceName.optional(),
    "Name of the VLAN device, where it should not be `<interface>.<vlan>`.",
    "vlan6",
  ),
  mtu: field(
    mtu.optional(),
    "MTU of the network. By default that of its interface, and for a ring that of the hardware.",
    1500,
  ),
  routes: field(z.array(route).default([]), "Static routes through this network."),
  reserved: field(
    z.array(ip).default([]),
    "Addresses that belong to somebody else (NAS, controllers, switches).",
    ["10.203.3.99"],
  ),
  thunderbolt: field(
    ring.optional(),
    "A routed Thunderbolt or USB4 ring: each node has one loopback address, the ports have none.",
  ),
  loopbacks: field(
    cidr4.optional(),
    "IPv4 addresses of a ring; each node gets one of them as /32 on lo.",
    "169.254.1.0/24",
  ),
  loopbacks6: field(
    cidr6.optional(),
    "IPv6 addresses of a ring; each node gets one as /128 on lo.",
    "fd00:255::/64",
  ),
});

export const networks = z.record(networkName, network);
