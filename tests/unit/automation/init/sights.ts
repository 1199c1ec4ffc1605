import type { ClusterFacts } from "../../../../automation/init/look/cluster-parts.js";
import type { HostFacts } from "../../../../automation/init/look/host-facts.js";
import { MARK } from "../../../../automation/init/look/host-script.js";
import { identified } from "../../../../automation/init/look/identified.js";
import { parseHostFacts } from "../../../../automation/init/look/read-host.js";
import type { Sight } from "../../../../automation/init/sight.js";

/** Each host has a key of its own. */
export const pinOf = (address: string): string =>
  `SHA256:Jq0OjupvWnhgq0sNyE8iTQGAt/mdtlXe1FpDdKOX/${String.fromCharCode(64 + Number(address.split(".").at(-1)))}g`;
const INNER = "@@proxmox-ha@@";

/** What differs from host to host, or from test to test. */
export interface HostWish {
  readonly name: string;
  readonly address: string;
  readonly product?: string;
  readonly interfaces?: string;
  /** More parts of the answer, by name; they take the place of those below. */
  readonly parts?: Readonly<Record<string, string>>;
  readonly members?: Readonly<Record<string, string>>;
  /** Addresses beyond those of /etc/network/interfaces, as `interface address/prefix`. */
  readonly live?: readonly string[];
}

export const bridgeOn = (address: string, port = "enp87s0"): string =>
  `auto lo
iface lo inet loopback

iface ${port} inet manual

auto vmbr0
iface vmbr0 inet static
\taddress ${address}/24
\tgateway 10.0.0.1
\tbridge-ports ${port}
\tbridge-stp off
\tbridge-fd 0

source /etc/network/interfaces.d/*
`;

/** The answer of one host, as its script prints it. */
export function answerOf({
  name,
  address,
  product = "MS-01",
  interfaces,
  parts = {},
  members = {},
  live = [],
}: HostWish): string {
  const inner: Readonly<Record<string, string>> = {
    host: name,
    version: "pve-manager/9.0.10/deb1ca707ec72a89 (running kernel: 6.14.11-2-pve)",
    own: `${address} STREAM ${name}`,
    addresses: `2: vmbr0 inet ${address}/24 scope global vmbr0`,
    "pve-cluster": "active",
    ...members,
  };
  const outer: Readonly<Record<string, string>> = {
    domain: "home.example",
    resolv: "search home.example\nnameserver 10.0.0.1",
    ntp: "server 10.0.0.1 iburst",
    zone: "/usr/share/zoneinfo/Europe/Vienna",
    locale: "LANG=en_US.UTF-8",
    "apt-stanzas":
      "Types: deb\nURIs: http://download.proxmox.com/debian/pve\nSuites: trixie\nComponents: pve-no-subscription\n",
    product: `Micro Computer (HK) Tech Limited\n${product}`,
    threads: "20",
    memory: "MemTotal:       98600000 kB",
    interfaces: interfaces ?? bridgeOn(address),
    addresses: JSON.stringify([
      {
        ifname: "vmbr0",
        mtu: 1500,
        addr_info: [{ family: "inet", local: address, prefixlen: 24, scope: "global" }],
      },
      ...live.map((one) => {
        const [ifname = "", cidr = ""] = one.split(" ");
        const [local, prefix] = cidr.split("/");
        return {
          ifname,
          addr_info: [{ family: "inet", local, prefixlen: Number(prefix), scope: "global" }],
        };
      }),
    ]),
    routes: '[{"dst":"default","gateway":"10.0.0.1","dev":"vmbr0"}]',
    ports:
      "lo|||\nenp87s0|2500|/sys/devices/pci0000:00/0000:57:00.0|/sys/bus/pci/drivers/igc\nvmbr0|2500||",
    sshd: "passwordauthentication yes",
    ...parts,
  };
  return [
    `\n${MARK}membership\n`,
    ...Object.entries(inner).map(([key, text]) => `\n${INNER}${key}\n${text}\n`),
    ...Object.entries(outer).map(([key, text]) => `\n${MARK}${key}\n${text}\n`),
  ].join("");
}

export const factsOf = (wish: HostWish): HostFacts =>
  parseHostFacts(answerOf(wish), { address: wish.address, fingerprint: pinOf(wish.address) });

const NOTHING: ClusterFacts = {
  storages: [
    { storage: "local", type: "dir", content: "iso,vztmpl,backup", path: "/var/lib/vz" },
    {
      storage: "local-lvm",
      type: "lvmthin",
      content: "images,rootdir",
      vgname: "pve",
      thinpool: "data",
    },
  ],
  pools: [],
  options: {},
  ha: { guests: [], resources: {}, rules: {} },
  groups: [],
  jobs: [],
  ceph: undefined,
};

export const sightOf = (
  hosts: readonly HostWish[],
  cluster: Partial<ClusterFacts> = {},
): Sight => ({
  hosts: identified(hosts.map(factsOf)),
  cluster: { ...NOTHING, ...cluster },
});

/** corosync.conf with links by their addresses: node name, id, then one address a link. */
export function corosyncConf(
  name: string,
  nodes: readonly (readonly [name: string, id: number, ...links: string[]])[],
  more = "",
  priorities: readonly number[] = [],
): string {
  const list = nodes.map(
    ([node, id, ...links]) =>
      `  node {\n    name: ${node}\n    nodeid: ${id}\n    quorum_votes: 1\n${links.map((link, at) => `    ring${at}_addr: ${link}\n`).join("")}  }\n`,
  );
  const interfaces = priorities.map(
    (priority, at) =>
      `  interface {\n    linknumber: ${at}\n    knet_link_priority: ${priority}\n  }\n`,
  );
  const section = (head: string, lines: readonly string[]): string =>
    [`${head} {`, ...lines, "}", ""].join("\n");
  return [
    section("nodelist", list),
    section("quorum", ["  provider: corosync_votequorum", more]),
    section("totem", [
      `  cluster_name: ${name}`,
      "  config_version: 4",
      "  ip_version: ipv4-6",
      "  link_mode: passive",
      "  secauth: on",
      "  version: 2",
      ...interfaces,
    ]),
  ].join("\n");
}
