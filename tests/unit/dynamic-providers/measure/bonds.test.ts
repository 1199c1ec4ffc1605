import { execFileSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { BONDS_SCRIPT, judgeBonds } from "../../../../dynamic-providers/measure/bonds.js";

const PARTNER = "00:1c:73:00:00:99";
const ALL = ["active", "short_timeout", "aggregating", "in_sync", "collecting", "distributing"];

interface Port {
  readonly aggregator?: number;
  readonly partner?: readonly string[];
  readonly carrier?: boolean;
  readonly master?: string;
}

/** As `ip -j -d link` prints a bond and its ports. */
function links(ports: Readonly<Record<string, Port>>, bond: object = {}): string {
  return JSON.stringify([
    { ifname: "lo", flags: ["LOOPBACK", "UP"], linkinfo: {} },
    {
      ifname: "bond0",
      flags: ["BROADCAST", "MASTER", "UP"],
      linkinfo: {
        info_kind: "bond",
        info_data: {
          mode: "802.3ad",
          ad_lacp_rate: "fast",
          ad_info: { aggregator: 1, num_ports: 2, partner_mac: PARTNER },
          ...bond,
        },
      },
    },
    ...Object.entries(ports).map(([ifname, port]) => ({
      ifname,
      flags: port.carrier === false ? ["NO-CARRIER", "SLAVE", "UP"] : ["SLAVE", "UP", "LOWER_UP"],
      master: port.master ?? "bond0",
      linkinfo: {
        info_slave_kind: "bond",
        info_slave_data: {
          state: "ACTIVE",
          mii_status: port.carrier === false ? "DOWN" : "UP",
          ad_aggregator_id: port.aggregator ?? 1,
          ad_actor_oper_port_state_str: ALL,
          ad_partner_oper_port_state_str: port.partner ?? ALL,
        },
      },
    })),
  ]);
}
const wish = [{ name: "bond0", ports: ["nic0", "nic1"] }];
const judge = (output: string) => judgeBonds("node1", wish, output)[0];

describe("a bond that must be one LAG with its far side", () => {
  it("agrees when all ports are in one aggregator with one partner", () => {
    expect(judge(links({ nic0: {}, nic1: {} }))).toEqual({
      state: "agreed",
      saw: `bond0 of node1: partner ${PARTNER}, 2 of 2 ports in one aggregator`,
    });
  });

  it("agrees with a remark when a port has no carrier", () => {
    expect(judge(links({ nic0: {}, nic1: { carrier: false, aggregator: 2 } }))).toMatchObject({
      state: "agreed",
      saw: expect.stringContaining("no carrier on nic1"),
    });
  });

  it.each([
    [
      "the far side speaks no LACP",
      links(
        { nic0: {}, nic1: {} },
        { ad_info: { aggregator: 1, num_ports: 1, partner_mac: "00:00:00:00:00:00" } },
      ),
      /far side does not speak LACP/,
    ],
    [
      "the ports lead to two partners",
      links({ nic0: {}, nic1: { aggregator: 2 } }),
      /nic1 is in aggregator 2 instead of 1/,
    ],
    [
      "one port's partner has not let it in",
      links({ nic0: {}, nic1: { partner: ["active", "aggregating"] } }),
      /the partner of nic1 is not in_sync, collecting, distributing/,
    ],
    ["the mode is another one", links({}, { mode: "active-backup" }), /mode is active-backup/],
    ["a port is missing in it", links({ nic0: {} }), /nic1 is not in the bond/],
    [
      "a port belongs to another one",
      links({ nic0: {}, nic1: { master: "bond1" } }),
      /nic1 is not/,
    ],
    ["the device is missing", "[]", /the device is missing/],
    ["nothing can be read", 'Object "link" is unknown', /nothing readable/],
  ])("is wrong when %s", (_what, output, complaint) => {
    expect(judge(output)).toMatchObject({
      state: "wrong",
      saw: expect.stringMatching(complaint),
    });
  });

  it("says honestly that a stand-in for the kernel's bond has no partner to ask", () => {
    const output = JSON.stringify([
      { ifname: "bond0", linkinfo: { info_kind: "tun", info_data: { type: "tap" } } },
    ]);
    expect(judge(output)).toEqual({
      state: "unmeasured",
      saw: "bond0 of node1: not measurable, a stand-in takes the place of the kernel's bond here",
    });
  });

  it("is read from what this kernel prints for every link", () => {
    const output = execFileSync("sh", ["-c", BONDS_SCRIPT], { encoding: "utf8" });
    expect(judgeBonds("node1", [{ name: "lo", ports: ["lo"] }], output)[0]).toMatchObject({
      state: "unmeasured",
    });
  });
});
