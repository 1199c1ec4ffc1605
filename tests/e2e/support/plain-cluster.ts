const twoDigits = (at: number) => String(at).padStart(2, "0");

/** What the nodes of a plain cluster are called, in the order in which they join. */
export const plainNames = (count: number): string[] =>
  Array.from({ length: count }, (_, at) => `node${twoDigits(at + 1)}`);

/** What its machines are, and the networks that they have beside the one for all. */
export interface PlainMachines {
  readonly hardware: string;
  /** The port of the network for all. */
  readonly port: string;
  /** More networks, by name, as the file has them. */
  readonly more: Readonly<Record<string, string>>;
}

const SMALL: PlainMachines = { hardware: "generic", port: "eno1", more: {} };

/** A stack file for any number of machines that are all alike; an even count is said to be meant. */
export function plainCluster(name: string, count: number, machines = SMALL): string {
  const { hardware, port, more } = machines;
  const nodes = plainNames(count).map(
    (node, at) =>
      `      ${node}: { id: ${at + 1}, address: 10.20.0.${at + 11}, hardware: ${hardware} }`,
  );
  const others = Object.entries(more).map(([network, text]) => `      ${network}: ${text}\n`);
  const links = ["management", ...Object.keys(more)].join(", ");
  const even = count % 2 === 0 ? ", evenNodesAccepted: true" : "";
  return `config:
  proxmox-ha:cluster:
    name: ${name}
    proxmox: { major: 9, channel: no-subscription }
    access: { installerPassword: { ssm: /${name}/root_password } }
    secrets: { ssm: { region: us-west-2, prefix: /${name} } }
    base: { domain: home.example, dns: [10.20.0.1], ntp: [10.20.0.1], timezone: Europe/Berlin }
    nodes:
${nodes.join("\n")}
    interfaces:
      vmbr0: { bridge: { ports: [${port}] } }
    networks:
      management: { cidr: 10.20.0.0/24, gateway: 10.20.0.1, on: vmbr0 }
${others.join("")}    corosync: { links: [${links}]${even} }
    deadlines: { packages: 60m, join: 30m, quorum: 10m }
`;
}
