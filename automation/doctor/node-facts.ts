import { z } from "zod";
import {
  type MembershipFacts,
  parseMembershipFacts,
} from "../../dynamic-providers/membership/facts.js";
import { DISKS, type FoundDisk, foundDisks } from "../../dynamic-providers/pveceph/disks.js";
import { answerOf, SUBSCRIPTION } from "./api-calls.js";
import { MARK } from "./node-script.js";
import type { Trouble } from "./trouble.js";

export interface NicFacts {
  readonly name: string;
  /** Undefined while the port is administratively down: the kernel does not look at the cable then. */
  readonly carrier: boolean | undefined;
  readonly speedMbit: number | undefined;
  readonly mtu: number;
  /** Path of the device in /sys; empty for interfaces without one. */
  readonly device: string;
  readonly driver: string;
}

export interface ThunderboltPeer {
  /** Path of the peer in /sys, which contains the PCI address of the port. */
  readonly device: string;
  readonly name: string;
  readonly speed: string;
}

/** What one node says about itself. */
export interface NodeFacts {
  readonly node: string;
  readonly reachable: true;
  readonly membership: MembershipFacts;
  /** How far the node's clock is ahead of this machine's, as the narrowest interval that is certain. */
  readonly clock: { readonly fromMs: number; readonly toMs: number };
  readonly kernel: string;
  readonly chrony: { readonly active: boolean; readonly synchronised: boolean };
  readonly nics: readonly NicFacts[];
  readonly peers: readonly ThunderboltPeer[];
  readonly neighbours: readonly { readonly port: string; readonly name: string }[];
  /** Undefined when Proxmox did not list them. */
  readonly disks: readonly FoundDisk[] | undefined;
  readonly subscription: string;
  readonly space: readonly {
    readonly mount: string;
    readonly sizeBytes: number;
    readonly freeBytes: number;
  }[];
  readonly brokenPackages: string;
  readonly memoryBytes: number;
  /** Version of the installed FRR. */
  readonly frr: string | undefined;
  readonly frrRouters: readonly string[];
  readonly fabrics: readonly string[];
  readonly watchdog: {
    readonly devices: readonly string[];
    readonly modulePresent: boolean;
  };
  readonly udpPorts: readonly { readonly port: number; readonly holder: string }[];
  readonly servers: readonly {
    readonly address: string;
    readonly port: number;
    readonly open: boolean;
    /** Undefined where the server does not say. */
    readonly exports: readonly string[] | undefined;
  }[];
  /** Only with the checks of a formed cluster. */
  readonly services: Readonly<Record<string, string>>;
  readonly certificates: readonly { readonly path: string; readonly endsAt: string }[];
  readonly storages: Readonly<Record<string, string>>;
  readonly pathsOutput: string;
}

export type NodeAnswer =
  | NodeFacts
  | ({ readonly node: string; readonly reachable: false } & Trouble);

/** When the script was sent and when its answer was complete, by this machine's clock. */
export interface Asked {
  readonly sentMs: number;
  readonly doneMs: number;
}

/** Reads what the script printed. Total: what is missing counts as absent. */
export function parseNodeFacts(node: string, output: string, asked: Asked): NodeFacts {
  const [head = "", ...chunks] = output.split(`\n${MARK}`);
  const text = (name: string): string =>
    chunks.find((chunk) => chunk.startsWith(`${name}\n`))?.slice(name.length + 1) ?? "";
  const rows = (name: string): string[] =>
    text(name)
      .split("\n")
      .map((row) => row.trim())
      .filter((row) => row !== "");
  const [chronyState = "", ...tracking] = rows("chrony");
  const frr = /^installed\s+(\S+)/.exec(text("frr").trim())?.[1];
  return {
    node,
    reachable: true,
    membership: parseMembershipFacts(text("membership")),
    clock: {
      fromMs: Number(rows("end")[0] ?? Number.NaN) - asked.doneMs,
      toMs: Number(head.trim() === "" ? Number.NaN : head.trim()) - asked.sentMs,
    },
    kernel: rows("kernel")[0] ?? "",
    chrony: {
      active: chronyState === "active",
      synchronised: tracking.some((row) => /^Leap status\s*:\s*(Normal|Insert|Delete)/.test(row)),
    },
    nics: rows("nics").flatMap(nic),
    peers: rows("thunderbolt").flatMap(peer),
    neighbours: neighbours(text("lldp")),
    disks: disks(text("disks"), rows("disk-links")),
    subscription: answerOf(SUBSCRIPTION, text("subscription"))?.status ?? "unknown",
    space: space(rows("space")),
    brokenPackages: rows("dpkg").join(" "),
    memoryBytes: Number(/(\d+) kB/.exec(text("memory"))?.[1] ?? 0) * 1024,
    frr,
    frrRouters: rows("frr-conf"),
    fabrics: rows("fabrics").filter((row) => /^\w+_fabric:/.test(row)),
    watchdog: {
      devices: rows("watchdog").flatMap((row) => /^device (.+)$/.exec(row)?.[1] ?? []),
      modulePresent: rows("watchdog").some((row) => row.startsWith("module ")),
    },
    udpPorts: rows("udp").flatMap(udpPort),
    servers: rows("servers").flatMap(server),
    services: Object.fromEntries(
      rows("services").map((row) => {
        const [name = "", state = ""] = row.split(" ");
        return [name, state] as const;
      }),
    ),
    certificates: rows("certificates").map((row) => {
      const [path = "", end = ""] = row.split("|");
      return { path, endsAt: end.replace(/^notAfter=/, "") };
    }),
    storages: Object.fromEntries(
      rows("storages").flatMap((row) => {
        const [id, , state] = row.split(/\s+/);
        return id !== undefined && state !== undefined && id !== "Name" ? [[id, state]] : [];
      }),
    ),
    pathsOutput: text("paths"),
  };
}

function nic(row: string): NicFacts[] {
  const [name = "", carrier = "", speed = "", mtu = "", device = "", driver = ""] = row.split("|");
  const speedMbit = Number(speed);
  return name === ""
    ? []
    : [
        {
          name,
          carrier: carrier === "" ? undefined : carrier === "1",
          // A port without a link says -1 or nothing.
          speedMbit: speed === "" || !(speedMbit > 0) ? undefined : speedMbit,
          mtu: Number(mtu),
          device,
          driver: driver.split("/").at(-1) ?? "",
        },
      ];
}

/** `0-1` is a peer; `0-0` is the port's own router, and `0-1.0` a service of the peer. */
function peer(row: string): ThunderboltPeer[] {
  const [id = "", device = "", name = "", speed = ""] = row.split("|");
  return /^\d+-[1-9]\d*$/.test(id) ? [{ device, name, speed }] : [];
}

const lldp = z.object({
  lldp: z.array(
    z.object({
      interface: z
        .array(
          z.object({
            name: z.string(),
            chassis: z
              .array(z.object({ name: z.array(z.object({ value: z.string() })).default([]) }))
              .default([]),
          }),
        )
        .default([]),
    }),
  ),
});

function neighbours(text: string): NodeFacts["neighbours"] {
  const seen = lldp.safeParse(json(text));
  return (seen.data?.lldp ?? []).flatMap(({ interface: ports }) =>
    ports.flatMap(({ name: port, chassis }) => {
      const name = chassis[0]?.name[0]?.value;
      return name === undefined ? [] : [{ port, name }];
    }),
  );
}

/** Whose an OSD is is not asked here: one that lies there is taken for one of ours. */
function disks(text: string, links: readonly string[]): FoundDisk[] | undefined {
  const listed = answerOf(DISKS, text);
  return listed === undefined
    ? undefined
    : foundDisks(
        listed,
        links.map((row) => {
          const [name = "", device = ""] = row.split("|");
          return { name, device };
        }),
        listed.map(({ osdid }) => osdid).filter((osd) => osd >= 0),
      );
}

function space(rows: readonly string[]): NodeFacts["space"] {
  const found = rows.slice(1).flatMap((row) => {
    const [, size, , free, , mount] = row.split(/\s+/);
    return mount === undefined ? [] : [{ mount, sizeBytes: Number(size), freeBytes: Number(free) }];
  });
  return [...new Map(found.map((one) => [one.mount, one])).values()];
}

function udpPort(row: string): { port: number; holder: string }[] {
  const port = /^\S+\s+\d+\s+\d+\s+\S*:(\d+)\s/.exec(row)?.[1];
  const holder = /\(\("([^"]+)"/.exec(row)?.[1] ?? "a process without a name";
  return port === undefined ? [] : [{ port: Number(port), holder }];
}

function server(row: string): NodeFacts["servers"][number][] {
  const [address, port, state, exports = ""] = row.split("|");
  const list = exports
    .trim()
    .split(/\s+/)
    .filter((one) => one !== "");
  return address === undefined || port === undefined
    ? []
    : [
        {
          address,
          port: Number(port),
          open: state === "open",
          exports: list.length === 0 ? undefined : list,
        },
      ];
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
