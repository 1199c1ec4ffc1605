import { z } from "zod";
import { CEPH } from "../shell/ceph.js";
import { parsed } from "../transport/pvesh/calls.js";
import { look } from "../transport/pvesh/part.js";
import { sh } from "../transport/ssh/quoting.js";
import type { FoundDisk } from "./disks.js";

/** An OSD as Ceph knows it. */
export interface KnownOsd {
  readonly id: number;
  readonly host: string;
  /** Of this OSD and no later one with its number. */
  readonly uuid: string;
  readonly up: boolean;
  readonly in: boolean;
  /** Its data is given up, and its number is kept for the one that takes its place. */
  readonly destroyed: boolean;
  /** Since it got its number. */
  readonly neverStarted: boolean;
  /** Empty for none; absent for one that hangs nowhere. */
  readonly deviceClass?: string | undefined;
}

export interface SeenOsds {
  /** The host that was asked, by its own name. */
  readonly host: string;
  readonly osds: readonly KnownOsd[];
  /** Copies that the pool with the most of them keeps. */
  readonly mostCopies: number;
  readonly pools: readonly PoolOnOsds[];
}

export interface PoolOnOsds {
  readonly name: string;
  /** The class of the disks on which it is laid out, by its rule; absent where it is laid out on all. */
  readonly boundTo?: string | undefined;
}

/** What a host and its Ceph said. */
export interface Sight {
  readonly found: readonly FoundDisk[];
  readonly seen: SeenOsds;
}

/** `ceph osd tree`: where each OSD hangs. */
export const osdTree = z.object({
  nodes: z.array(
    z.object({
      id: z.number(),
      name: z.string(),
      type: z.string(),
      children: z.array(z.number()).default([]),
      /** Of an OSD; an absent one is none. */
      device_class: z.string().optional(),
    }),
  ),
});
const dump = z.object({
  osds: z.array(
    z.object({
      osd: z.number(),
      uuid: z.string(),
      up: z.number(),
      in: z.number(),
      state: z.array(z.string()).default([]),
    }),
  ),
  pools: z
    .array(
      z.object({
        size: z.number(),
        pool_name: z.string().default(""),
        crush_rule: z.number().default(-1),
      }),
    )
    .default([]),
});
const rules = z.array(
  z.object({
    rule_id: z.number(),
    steps: z.array(z.object({ op: z.string(), item_name: z.string().default("") })),
  }),
);

/** All OSDs of this Ceph; none before there is one, and a Ceph that is silent is a failed look. */
export const OSDS = look(
  "ceph osd tree and dump",
  sh`if test -s /etc/pve/ceph.conf && grep -q '^[[:space:]]*mon[_ ]host' /etc/pve/ceph.conf; then hostname && ${CEPH} osd tree -f json < /dev/null && ${CEPH} osd dump -f json < /dev/null && ${CEPH} osd crush rule dump -f json < /dev/null; fi`,
  (text): SeenOsds => {
    const [host = "", ...rest] = text.trim().split("\n");
    if (host === "") {
      return { host, osds: [], mostCopies: 0, pools: [] };
    }
    const [first = "", second = ""] = rest.filter((line) => line.startsWith("{"));
    const { nodes } = parsed(osdTree, first);
    const { osds, pools } = parsed(dump, second);
    const known = parsed(rules, rest.findLast((line) => line.startsWith("[")) ?? "");
    const hostOf = (id: number): string =>
      nodes.find(({ type, children }) => type === "host" && children.includes(id))?.name ?? "";
    const classOf = (osd: number): string | undefined => {
      const node = nodes.find(({ id, type }) => id === osd && type === "osd");
      return node && (node.device_class ?? "");
    };
    return {
      host,
      osds: osds.map(({ osd, uuid, up, in: inside, state }) => ({
        id: osd,
        host: hostOf(osd),
        uuid,
        up: up === 1,
        in: inside === 1,
        destroyed: state.includes("destroyed"),
        neverStarted: state.includes("new"),
        deviceClass: classOf(osd),
      })),
      mostCopies: Math.max(0, ...pools.map(({ size }) => size)),
      pools: pools.map(({ pool_name, crush_rule }) => {
        const rule = known.find(({ rule_id }) => rule_id === crush_rule);
        const from = rule?.steps.find(({ op }) => op === "take")?.item_name ?? "";
        // A class has a tree of its own, whose root bears its name behind this sign.
        return { name: pool_name, boundTo: from.split("~")[1] };
      }),
    };
  },
);

/** Those of the host that was asked. */
export function ownOsds({ host, osds }: SeenOsds): KnownOsd[] {
  return osds.filter((osd) => osd.host === host && host !== "");
}
