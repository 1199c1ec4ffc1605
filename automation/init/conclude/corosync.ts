import type { ClusterInput } from "../../../config/schema/cluster.js";
import type { CorosyncConf } from "../../../dynamic-providers/membership/corosync-conf.js";
import type { Margin } from "../margin.js";
import type { Sight } from "../sight.js";

type CorosyncInput = ClusterInput["corosync"];

type Wires = Pick<ClusterInput, "interfaces" | "networks">;

/** Written by Proxmox itself, or said by another field. */
const OWN_TOTEM = [
  "version",
  "secauth",
  "ip_version",
  "link_mode",
  "transport",
  "interface",
  "crypto_cipher",
  "crypto_hash",
];

/** Links by the networks in which their addresses are. */
export function concludeCorosync(
  { hosts }: Sight,
  addresses: Readonly<Record<string, Readonly<Record<string, string>>>>,
  wires: Wires,
  margin: Margin,
): CorosyncInput {
  const conf = hosts.flatMap(({ membership }) => membership.conf ?? [])[0];
  if (conf === undefined) {
    return forNewCluster(hosts.length, wires, margin);
  }
  const device = deviceOf(conf);
  const token = Number(conf.totem.token);
  const coefficient = Number(conf.totem.token_coefficient);
  for (const [key, value] of Object.entries(conf.totem)) {
    if (!OWN_TOTEM.includes(key) && key !== "token" && key !== "token_coefficient") {
      margin.leave(`corosync.conf says \`${key}: ${value}\` in totem.`);
    }
  }
  const even = hosts.length % 2 === 0 && device === undefined;
  return {
    links: linksOf(conf, addresses, margin),
    ...(device === undefined ? {} : { qdevice: { address: device } }),
    ...(even ? { evenNodesAccepted: true } : {}),
    ...(coefficient > 0 ? { tokenCoefficient: coefficient } : {}),
    ...(token > 0 ? { token: `${token}ms` } : {}),
  };
}

function forNewCluster(
  count: number,
  { interfaces, networks }: Wires,
  margin: Margin,
): CorosyncInput {
  const portsOf = (name: string): readonly string[] =>
    networks[name]?.thunderbolt === undefined
      ? portsBelow(networks[name]?.on ?? name, interfaces)
      : [];
  const first = portsOf("management");
  const second = Object.keys(networks).find(
    (name) => name !== "management" && !portsOf(name).some((port) => first.includes(port)),
  );
  const links = ["management", ...(second === undefined ? [] : [second])];
  if (count % 2 !== 0) {
    return { links };
  }
  margin.note(
    ["corosync", "evenNodesAccepted"],
    "With an even number of nodes half of them lost means no quorum. A third machine with corosync-qnetd breaks the tie; write its address instead of the line below:\nqdevice: { address: 10.0.0.99 }",
  );
  return { links, evenNodesAccepted: true };
}

/** The cables that an interface hangs on. */
function portsBelow(name: string, interfaces: ClusterInput["interfaces"]): readonly string[] {
  const { bond, bridge } = interfaces[name] ?? {};
  const below = bond?.ports ?? bridge?.ports;
  return below === undefined ? [name] : below.flatMap((port) => portsBelow(port, interfaces));
}

function linksOf(
  conf: CorosyncConf,
  addresses: Readonly<Record<string, Readonly<Record<string, string>>>>,
  margin: Margin,
): CorosyncInput["links"] {
  const numbers = [
    ...new Set(conf.nodes.flatMap(({ links }) => Object.keys(links).map(Number))),
  ].toSorted((a, b) => a - b);
  const links = numbers.flatMap((number) => {
    const network = networkOfLink(conf, number, addresses);
    if (network === undefined) {
      margin.warn(`Link ${number} of corosync has addresses in no network of all nodes.`);
      return [];
    }
    return [{ network, priority: conf.linkPriorities[number] ?? 0 }];
  });
  if (numbers.some((number, at) => number !== at)) {
    margin.warn(
      `Links of corosync have the numbers ${numbers.join(", ")}; those of a stack file begin with 0 and leave none out.`,
    );
  }
  const inOrder = links.every(
    ({ priority }, at) => at === 0 || priority < (links[at - 1]?.priority ?? 0),
  );
  const alike = new Set(links.map(({ priority }) => priority)).size < links.length;
  if (alike && links.length > 1) {
    margin.warn(
      "Links of corosync have no priorities of their own; a run gives them such, the first one the highest.",
    );
  }
  return inOrder || alike ? links.map(({ network }) => network) : links;
}

function networkOfLink(
  { nodes }: CorosyncConf,
  number: number,
  addresses: Readonly<Record<string, Readonly<Record<string, string>>>>,
): string | undefined {
  const names = new Set(Object.values(addresses).flatMap((own) => Object.keys(own)));
  return [...names].find((network) =>
    nodes.every(
      ({ name, links }) =>
        links[number] !== undefined && addresses[name]?.[network] === links[number],
    ),
  );
}

/** The host of the QDevice. */
function deviceOf({ quorum }: CorosyncConf): string | undefined {
  const device = quorum.sections.find(([name]) => name === "device")?.[1];
  return device?.sections.find(([name]) => name === "net")?.[1].values.host;
}
