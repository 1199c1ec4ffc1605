import { z } from "zod";
import { parseJson } from "../transport/base/json.js";

/** A bond that must be one LAG with its far side. */
export interface BondWish {
  readonly name: string;
  readonly ports: readonly string[];
}

/** `ip -d` of every link: the kernel keeps all there is to know about LACP in it. */
export const BONDS_SCRIPT = "LC_ALL=C ip -j -d link show";

/** The port states of LACP that together mean "carries traffic, and both sides say so". */
const NEEDED_STATES = ["aggregating", "in_sync", "collecting", "distributing"] as const;
const NO_PARTNER = "00:00:00:00:00:00";

const link = z.object({
  ifname: z.string(),
  flags: z.array(z.string()).default([]),
  master: z.string().optional(),
  linkinfo: z
    .object({
      info_kind: z.string().optional(),
      info_data: z
        .object({
          mode: z.string().optional(),
          ad_lacp_rate: z.string().optional(),
          ad_info: z
            .object({
              aggregator: z.number().optional(),
              num_ports: z.number().optional(),
              partner_mac: z.string().optional(),
            })
            .optional(),
        })
        .optional(),
      info_slave_kind: z.string().optional(),
      info_slave_data: z
        .object({
          mii_status: z.string().optional(),
          ad_aggregator_id: z.number().optional(),
          ad_partner_oper_port_state_str: z.array(z.string()).default([]),
          ad_actor_oper_port_state_str: z.array(z.string()).default([]),
        })
        .optional(),
    })
    .optional(),
});
const links = z.array(link);
type Link = z.output<typeof link>;

export interface BondVerdict {
  /** What was seen, for a person. */
  readonly saw: string;
  /** `unmeasured`: the device is no bond of the kernel, so nothing is known about a partner. */
  readonly state: "agreed" | "wrong" | "unmeasured";
}

/** Whether both ends of each bond of a node speak LACP with one partner; undefined when the output is unreadable. */
export function judgeBonds(
  node: string,
  bonds: readonly BondWish[],
  output: string,
): readonly BondVerdict[] {
  const all = links.safeParse(parseJson(output)).data;
  return bonds.map((bond) => {
    const name = `${bond.name} of ${node}`;
    if (all === undefined) {
      return { state: "wrong", saw: `${name}: \`ip -j -d link show\` gave nothing readable` };
    }
    return judgeBond(name, bond, all);
  });
}

function judgeBond(name: string, bond: BondWish, all: readonly Link[]): BondVerdict {
  const device = all.find(({ ifname }) => ifname === bond.name);
  const wrong = (saw: string): BondVerdict => ({ state: "wrong", saw: `${name}: ${saw}` });
  if (device === undefined) {
    return wrong("the device is missing");
  }
  const data = device.linkinfo?.info_data;
  if (device.linkinfo?.info_kind !== "bond" || data === undefined) {
    return {
      state: "unmeasured",
      saw: `${name}: not measurable, a stand-in takes the place of the kernel's bond here`,
    };
  }
  if (data.mode !== "802.3ad") {
    return wrong(`its mode is ${data.mode ?? "unknown"} instead of 802.3ad`);
  }
  const partner = data.ad_info?.partner_mac ?? NO_PARTNER;
  if (partner === NO_PARTNER) {
    return wrong(
      "the far side does not speak LACP (its partner is all zeros): make its ports one LAG",
    );
  }
  const ports = bond.ports.map((port) => judgePort(port, bond.name, data.ad_info?.aggregator, all));
  const complaints = ports.flatMap(({ complaint }) => complaint ?? []);
  if (complaints.length > 0) {
    return wrong(`partner ${partner}; ${complaints.join("; ")}`);
  }
  const dark = ports.flatMap(({ dark: without }) => without ?? []);
  return {
    state: "agreed",
    saw:
      `${name}: partner ${partner}, ${data.ad_info?.num_ports ?? 0} of ${bond.ports.length} ports in one aggregator` +
      (dark.length === 0 ? "" : `; no carrier on ${dark.join(", ")}, so nothing is redundant`),
  };
}

/** A port without carrier is worth a remark; one that has it and does not take part is a fault of the far side. */
function judgePort(
  port: string,
  bond: string,
  aggregator: number | undefined,
  all: readonly Link[],
): { readonly complaint?: string; readonly dark?: string } {
  const found = all.find(({ ifname }) => ifname === port);
  const slave = found?.linkinfo?.info_slave_data;
  if (found === undefined || found.master !== bond || slave === undefined) {
    return { complaint: `${port} is not in the bond` };
  }
  if (found.flags.includes("NO-CARRIER") || slave.mii_status === "DOWN") {
    return { dark: port };
  }
  if (slave.ad_aggregator_id !== aggregator) {
    return {
      complaint: `${port} is in aggregator ${slave.ad_aggregator_id ?? "?"} instead of ${aggregator ?? "?"}, so it leads to another partner or to a port outside the LAG`,
    };
  }
  const missing = NEEDED_STATES.filter(
    (state) => !slave.ad_partner_oper_port_state_str.includes(state),
  );
  return missing.length === 0
    ? {}
    : { complaint: `the partner of ${port} is not ${missing.join(", ")}` };
}
