import { z } from "zod";
import { parseMembershipFacts } from "../../../dynamic-providers/membership/facts.js";
import {
  DISKS,
  type FoundDisk,
  foundDisks,
  NAMES,
} from "../../../dynamic-providers/pveceph/disks.js";
import { readParts } from "../../../dynamic-providers/shell/parts.js";
import { parseJson } from "../../../dynamic-providers/transport/base/json.js";
import { answerOf, SUBSCRIPTION } from "../../doctor/api-calls.js";
import type { Channel, DeviceFacts, HostFacts, PortFacts } from "./host-facts.js";
import { MARK } from "./host-script.js";
import { parseInterfacesFile } from "./interfaces-file.js";

/** Reads what the script printed. Total: what is missing counts as absent. */
export function parseHostFacts(
  output: string,
  asked: { readonly address: string; readonly fingerprint: string },
): HostFacts {
  const parts = readParts(MARK, output);
  const text = (name: string): string => parts.get(name) ?? "";
  const rows = (name: string): string[] =>
    text(name)
      .split("\n")
      .map((row) => row.trim())
      .filter((row) => row !== "");
  const live = liveOf(text("addresses"));
  const resolv = rows("resolv");
  return {
    ...asked,
    membership: parseMembershipFacts(text("membership")),
    domain: domainOf(rows("domain")[0], resolv),
    dns: resolv.flatMap((row) => /^nameserver\s+(\S+)/.exec(row)?.[1] ?? []),
    ntp: sourcesOf(rows("ntp")),
    timezone: (rows("zone")[0] ?? "").replace(/^.*\/zoneinfo\//, ""),
    locale: /^LANG="?([^"\s]+)"?/m.exec(text("locale"))?.[1],
    channels: channelsOf(text("apt-lines"), text("apt-stanzas")),
    subscribed: answerOf(SUBSCRIPTION, text("subscription"))?.status.toLowerCase() === "active",
    product: rows("product").join(" "),
    threads: positive(rows("threads")[0]),
    memoryBytes: positive(/(\d+) kB/.exec(text("memory"))?.[1], 1024),
    interfaces: parseInterfacesFile(text("interfaces")),
    addresses: live.addresses,
    mtus: live.mtus,
    gateways: gatewaysOf(text("routes")),
    ports: rows("ports").flatMap(portOf),
    thunderboltPeers: rows("thunderbolt").filter((row) => /\/\d+-[1-9]\d*$/.test(row)).length,
    routing: routingOf(rows("routers")),
    fabrics: rows("fabrics").flatMap((row) => {
      const [, protocol, id] = /^(\w+)_fabric:\s*(\S+)/.exec(row) ?? [];
      return protocol === undefined || id === undefined ? [] : [{ protocol, id }];
    }),
    watchdog: /^\s*WATCHDOG_MODULE=(\w+)/m.exec(text("watchdog"))?.[1],
    packages: rows("packages").flatMap((row) => /^(\S+) installed$/.exec(row)?.[1] ?? []),
    kernelWords: text("boot")
      .split(/[\s"']+/)
      .filter((word) => word !== ""),
    disks: disksOf(text("disks"), text("disk-names")),
    accounts: rows("accounts"),
    leftFiles: rows("left"),
    takesPasswords: !/passwordauthentication\s+no/i.test(text("sshd")),
    devices: devicesIn(rows("fencer")),
  };
}

function positive(text: string | undefined, factor = 1): number | undefined {
  const number = Number(text ?? "");
  return number > 0 ? number * factor : undefined;
}

function domainOf(said: string | undefined, resolv: readonly string[]): string {
  const searched = resolv.flatMap((row) => /^(?:search|domain)\s+(\S+)/.exec(row)?.[1] ?? [])[0];
  return (said ?? searched ?? "").toLowerCase().replace(/\.$/, "");
}

/** Servers; pools of servers only where nothing else is there. */
function sourcesOf(rows: readonly string[]): string[] {
  const named = (kind: RegExp) => rows.flatMap((row) => kind.exec(row)?.[1] ?? []);
  const servers = named(/^(?:server|peer)\s+(\S+)/);
  return [...new Set(servers.length > 0 ? servers : named(/^pool\s+(\S+)/))];
}

const COMPONENTS: Readonly<Record<string, Channel>> = {
  "pve-enterprise": "enterprise",
  "pve-no-subscription": "no-subscription",
  "pve-test": "test",
  pvetest: "test",
};

function channelsOf(lines: string, stanzas: string): Channel[] {
  const enabled = stanzas.split(/\n\s*\n/).filter((one) => !/^Enabled:\s*(no|false)/im.test(one));
  const words = [
    ...[...lines.matchAll(/^\s*deb\s.*$/gm)].flatMap(([line]) => line.split(/\s+/)),
    ...enabled.flatMap((one) => (/^Components:\s*(.*)$/m.exec(one)?.[1] ?? "").split(/\s+/)),
  ];
  return [...new Set(words.flatMap((word) => COMPONENTS[word] ?? []))];
}

const liveInterfaces = z.array(
  z.object({
    ifname: z.string(),
    mtu: z.number().optional(),
    addr_info: z
      .array(
        z.object({
          family: z.string(),
          local: z.string().optional(),
          prefixlen: z.number(),
          scope: z.string().optional(),
        }),
      )
      .default([]),
  }),
);

/** Addresses that mean something beyond this host and its cable. */
function liveOf(text: string): Pick<HostFacts, "addresses" | "mtus"> {
  const all = liveInterfaces.safeParse(parseJson(text)).data ?? [];
  return {
    addresses: all.flatMap(({ ifname, addr_info }) =>
      addr_info
        .filter(({ family, local, scope }) => {
          const own = local?.startsWith("127.") === true || local === "::1";
          return local !== undefined && !own && (family === "inet" || scope !== "link");
        })
        .map(({ local, prefixlen }) => ({ interface: ifname, cidr: `${local}/${prefixlen}` })),
    ),
    mtus: Object.fromEntries(
      all.flatMap(({ ifname, mtu }) => (mtu === undefined ? [] : [[ifname, mtu]])),
    ),
  };
}

const liveRoutes = z.array(
  z.object({ gateway: z.string().optional(), dev: z.string().optional() }),
);

function gatewaysOf(text: string): HostFacts["gateways"] {
  const all = liveRoutes.safeParse(parseJson(text)).data ?? [];
  return all.flatMap(({ gateway, dev }) =>
    gateway === undefined || dev === undefined ? [] : [{ address: gateway, interface: dev }],
  );
}

function routingOf(rows: readonly string[]): HostFacts["routing"] {
  const ports = rows.flatMap(
    (row) => (/^interface (\S+)/.exec(row) ?? /^neighbor (\S+) interface/.exec(row))?.[1] ?? [],
  );
  return {
    protocols: [...new Set(rows.flatMap((row) => /^router (\w+?)6?(?: |$)/.exec(row)?.[1] ?? []))],
    ports: [...new Set(ports.filter((port) => port !== "lo"))],
  };
}

function portOf(row: string): PortFacts[] {
  const [name = "", speed = "", device = "", driver = ""] = row.split("|");
  const address = [...device.matchAll(/[0-9a-f]{4}:[0-9a-f]{2}:[0-9a-f]{2}\.[0-9a-f]/gi)].at(
    -1,
  )?.[0];
  return name === ""
    ? []
    : [
        {
          name,
          speedMbit: positive(speed),
          driver: driver.split("/").at(-1) ?? "",
          path: address === undefined ? undefined : `pci-${address}`,
        },
      ];
}

/** Whose an OSD is is not asked here: one that lies there is taken for one of this Ceph. */
function disksOf(text: string, names: string): FoundDisk[] | undefined {
  const listed = answerOf(DISKS, text);
  return listed === undefined
    ? undefined
    : foundDisks(
        listed,
        answerOf(NAMES, names) ?? [],
        listed.map(({ osdid }) => osdid).filter((osd) => osd >= 0),
      );
}

/** Lines of a fencer's configuration in their order: a node's name, then its devices, each from its kind on. */
function devicesIn(rows: readonly string[]): DeviceFacts[] {
  let node = "";
  const found: {
    node: string;
    kind: string;
    address: string;
    port: number | undefined;
    user: string | undefined;
  }[] = [];
  for (const row of rows) {
    const [, key, quoted, number] = /^"(\w+)": (?:"([^"]*)"|(\d+))/.exec(row) ?? [];
    const last = found.at(-1);
    if (key === "name") {
      node = quoted ?? "";
    } else if (key === "kind") {
      found.push({ node, kind: quoted ?? "", address: "", port: undefined, user: undefined });
    } else if (last !== undefined && key === "address") {
      last.address = quoted ?? "";
    } else if (last !== undefined && key === "port") {
      last.port = positive(number);
    } else if (last !== undefined && key === "user") {
      last.user = quoted;
    }
  }
  return found;
}
