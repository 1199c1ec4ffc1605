import { HARDWARE } from "../../../config/hardware/index.js";
import type { ClusterInput } from "../../../config/schema/cluster.js";
import type { Margin } from "../margin.js";
import { isFormed, type Sight } from "../sight.js";
import { hardwareOf, overridesOf } from "./hardware.js";
import type { ByNode } from "./networks.js";

type NodeInput = ClusterInput["nodes"][string];
type FenceInput = NonNullable<NodeInput["fence"]>;

/** The hosts, with what their addresses in all networks are. */
export function concludeNodes(
  sight: Sight,
  addresses: ByNode,
  addresses6: ByNode,
  margin: Margin,
): ClusterInput["nodes"] {
  const isMember = isFormed(sight);
  return Object.fromEntries(
    sight.hosts.map((host) => {
      const { node, id } = host;
      const { management = host.address, ...others } = addresses[node] ?? {};
      const further = withIpv6(others, addresses6[node] ?? {});
      const hardware = hardwareOf(host);
      const overrides = overridesOf(host, hardware, isMember);
      const fence = fenceOf(sight, node, margin);
      if (hardware.by !== "product") {
        margin.note(["nodes", node, "hardware"], notTold(host.product, hardware.profile));
      }
      return [
        node,
        {
          id,
          address: management,
          ...(Object.keys(further).length === 0 ? {} : { addresses: further }),
          hardware: hardware.profile,
          ...(Object.keys(overrides).length === 0 ? {} : { overrides }),
          ...(fence === undefined ? {} : { fence }),
        },
      ];
    }),
  );
}

function withIpv6(
  ipv4: Readonly<Record<string, string>>,
  ipv6: Readonly<Record<string, string>>,
): NonNullable<NodeInput["addresses"]> {
  return Object.fromEntries(
    [...new Set([...Object.keys(ipv4), ...Object.keys(ipv6)])].map((network) => {
      const both = [ipv4[network], ipv6[network]].flatMap((address) => address ?? []);
      return [network, both.length === 1 ? (both[0] ?? "") : both];
    }),
  );
}

function notTold(product: string, profile: keyof typeof HARDWARE): string {
  const said =
    product === "" ? "The machine does not say what it is" : `The machine calls itself ${product}`;
  return profile === "generic"
    ? `${said}: no profile of this program fits.`
    : `${said}; its ports have the names of this profile. ${HARDWARE[profile].description}`;
}

/** What fencers of an earlier stack file call; their passwords never leave the hosts. */
function fenceOf({ hosts }: Sight, node: string, margin: Margin): FenceInput | undefined {
  const devices = hosts.flatMap((host) => host.devices).filter((device) => device.node === node);
  const found: FenceInput = {};
  for (const { kind, address, port, user } of devices) {
    if (kind === "pdu") {
      margin.warn(
        `${node} is fed through a switched outlet at ${address}; write it under nodes.${node}.fence.pdu.`,
      );
    } else if ((kind === "amt" || kind === "redfish" || kind === "ipmi") && user !== undefined) {
      const login = {
        user,
        password: margin.secret(
          `${node}_${kind}_password`,
          `password of ${user} on ${node}'s ${kind} at ${address}`,
        ),
      };
      found[kind] ??= {
        address,
        ...(port === undefined || port === USUAL_PORTS[kind] ? {} : { port }),
        login,
      };
    }
  }
  return Object.keys(found).length === 0 ? undefined : found;
}

const USUAL_PORTS = { amt: 16993, redfish: 443, ipmi: 623 } as const;
