import { describe, expect, it } from "vitest";
import { planCluster } from "../../../../config/plan/cluster.js";
import { ringCluster, specOf } from "./stacks.js";

const LOGIN = { user: "fence", password: { pulumi: "bmc" } };

describe("the fence matrix", () => {
  it("lets every other node switch off each one, and none itself", () => {
    const { matrix, watchdogOnly } = planCluster(specOf("frege")).fencing;
    expect(matrix.map((pair) => `${pair.by} ${pair.target}`)).toEqual([
      "russell frege",
      "wittgenstein frege",
      "frege russell",
      "wittgenstein russell",
      "frege wittgenstein",
      "russell wittgenstein",
    ]);
    expect(matrix.every((pair) => pair.path.kind === "direct")).toBe(true);
    expect(watchdogOnly).toEqual([]);
  });

  it("goes through the declared route where the controllers have a network of their own", () => {
    const [pair] = planCluster(specOf("pve1")).fencing.matrix;
    expect(pair).toMatchObject({
      device: "redfish",
      path: { kind: "route", network: "management", via: "10.30.0.254" },
    });
  });

  it("names nodes that only their watchdog can stop", () => {
    const { watchdogOnly, watchdogs } = planCluster(specOf("homelab")).fencing;
    expect(watchdogOnly).toEqual(["pve-aimax-01"]);
    expect(watchdogs["pve-ms01-01"]).toBe("iTCO_wdt");
  });

  it("tries the controller before the power strip, and falls back to the gateway", () => {
    const spec = ringCluster(2, {
      nodes: {
        a: {
          id: 1,
          address: "10.0.0.11",
          hardware: "generic",
          fence: {
            pdu: [{ address: "172.16.0.60", model: "apc-snmp", outlets: ["3"], login: LOGIN }],
            ipmi: { address: "172.16.0.11", login: LOGIN },
          },
        },
        b: { id: 2, address: "10.0.0.12", hardware: "generic" },
      },
      networks: { management: { cidr: "10.0.0.0/24", gateway: "10.0.0.1", on: "vmbr0" } },
      corosync: { links: ["management"], evenNodesAccepted: true },
    });
    expect(planCluster(spec).fencing.matrix.map((pair) => [pair.device, pair.level])).toEqual([
      ["ipmi", 1],
      ["pdu", 2],
    ]);
    expect(planCluster(spec).fencing.matrix[0]?.path).toEqual({
      kind: "gateway",
      network: "management",
      via: "10.0.0.1",
    });
  });

  it("is empty where power is not cut", () => {
    const { matrix, watchdogOnly } = planCluster(
      specOf("frege", { fencing: { power: "off" } }),
    ).fencing;
    expect(matrix).toEqual([]);
    expect(watchdogOnly).toHaveLength(3);
  });
});
