import { describe, expect, it } from "vitest";
import { describeFencing } from "../../../../config/plan/describe-fencing.js";
import { planCluster } from "../../../../config/plan/index.js";
import { fencerSecrets, renderFencerConfig } from "../../../../config/plan/render/fencer-config.js";
import { planSecrets } from "../../../../config/plan/secrets.js";
import { specOf } from "./stacks.js";

const PIN = "ab".repeat(32);
const machine = (uuid: string, kind: string) => ({ uuid, pins: { [kind]: PIN } });

describe("the configuration of a fencer", () => {
  const plan = planCluster(specOf("frege"));
  const machines = {
    frege: machine("00000000-0000-0000-0000-000000000001", "amt"),
    russell: machine("00000000-0000-0000-0000-000000000002", "amt"),
    wittgenstein: machine("00000000-0000-0000-0000-000000000003", "amt"),
  };
  const config = (node: string) => JSON.parse(renderFencerConfig(plan, node, machines));

  it("reaches the peers' devices and not the node's own", () => {
    expect(config("frege")).toEqual({
      version: 1,
      cluster: "ms01",
      node: "frege",
      timings: {
        delayS: 50,
        offTimeoutS: 20,
        startupGraceS: 300,
        intervalS: 120,
        powerOnHoldS: 30,
      },
      powerOn: { perHour: 1, perDay: 3 },
      nodes: [
        { name: "frege", id: 1, levels: [] },
        {
          name: "russell",
          id: 2,
          uuid: machines.russell.uuid,
          levels: [
            [
              {
                kind: "amt",
                address: "10.203.3.22",
                port: 16993,
                user: "admin",
                password: "{{PASSWORD_RUSSELL_AMT}}",
                pins: [PIN],
              },
            ],
          ],
        },
        expect.objectContaining({ name: "wittgenstein", id: 3 }),
      ],
    });
  });

  it("names the secrets of the peers alone", () => {
    expect(fencerSecrets(plan.fencing, "russell")).toEqual({
      PASSWORD_FREGE_AMT: { ssm: "/ms01/amt/frege" },
      PASSWORD_WITTGENSTEIN_AMT: { ssm: "/ms01/amt/wittgenstein" },
    });
  });

  it("has a level for each controller in their order, and a last one for all strips", () => {
    const login = { user: "fence", password: { pulumi: "bmc" } };
    const spec = specOf("pve1");
    const name = "pve1-node1";
    const fence = spec.nodes[name]?.fence;
    if (fence !== undefined) {
      fence.ipmi = { address: "10.30.100.11", port: 623, cipherSuite: 17, login };
      fence.pdu = [
        {
          address: "10.30.0.60",
          port: 161,
          model: "apc-snmp",
          outlets: ["7", "8"],
          login: {
            ...login,
            encryptionPassword: { pulumi: "second" },
            authentication: "sha256",
            encryption: "aes",
          },
        },
        {
          address: "10.30.0.61",
          port: 161,
          model: "eaton-snmp",
          outlets: ["3"],
          community: { pulumi: "community" },
        },
      ];
    }
    const two = planCluster(spec);
    const text = renderFencerConfig(two, "pve1-node2", { [name]: machine("u", "redfish") });
    expect(JSON.parse(text).nodes[0]).toMatchObject({
      name,
      uuid: "u",
      levels: [
        [{ kind: "redfish", port: 443, pins: [PIN] }],
        [
          {
            kind: "ipmi",
            address: "10.30.100.11",
            port: 623,
            user: "fence",
            password: "{{PASSWORD_PVE1_NODE1_IPMI}}",
            cipherSuite: 17,
          },
        ],
        [
          {
            kind: "pdu",
            address: "10.30.0.60",
            port: 161,
            outlets: ["7", "8"],
            table: {
              off: { oid: "1.3.6.1.4.1.318.1.1.12.3.3.1.1.4", value: 2 },
              state: { oid: "1.3.6.1.4.1.318.1.1.12.3.5.1.1.4", off: 2, on: 1 },
            },
            version: "3",
            user: "fence",
            password: "{{PASSWORD_PVE1_NODE1_PDU_10_30_0_60_161}}",
            authentication: "SHA-256",
            encryption: "AES",
            encryptionPassword: "{{PASSWORD_PVE1_NODE1_PDU_10_30_0_60_161_ENCRYPTION}}",
          },
          {
            kind: "pdu",
            outlets: ["3"],
            version: "2c",
            community: "{{PASSWORD_PVE1_NODE1_PDU_10_30_0_61_161}}",
          },
        ],
      ],
    });
    expect(JSON.parse(text).nodes[0].levels[2][1]).not.toHaveProperty("user");
    expect(fencerSecrets(two.fencing, "pve1-node2")).toMatchObject({
      PASSWORD_PVE1_NODE1_PDU_10_30_0_60_161: { pulumi: "bmc" },
      PASSWORD_PVE1_NODE1_PDU_10_30_0_60_161_ENCRYPTION: { pulumi: "second" },
      PASSWORD_PVE1_NODE1_PDU_10_30_0_61_161: { pulumi: "community" },
    });
    expect(two.nodes[0]?.host.packages).toEqual(expect.arrayContaining(["ipmitool", "snmp"]));
    expect(describeFencing(two).join("\n")).toMatch(/pdu 10\.30\.0\.60 7\+8 +level 3/);
  });

  it("counts on a strip alone where a node has no controller", () => {
    const spec = specOf("homelab");
    const aimax = spec.nodes["pve-aimax-01"];
    if (aimax !== undefined) {
      const community = { pulumi: "community" };
      aimax.fence = {
        pdu: [{ address: "10.8.16.60", port: 161, model: "apc-snmp", outlets: ["7"], community }],
      };
    }
    expect(planCluster(spec).fencing.watchdogOnly).toEqual([]);
  });
});

describe("fencing in the plan", () => {
  it("says of a node without device that its watchdog is all there is", () => {
    const { fencing } = planCluster(specOf("homelab"));
    expect(fencing.fencers).toEqual(["pve-ms01-01", "pve-ms01-02", "pve-aimax-01"]);
    expect(describeFencing({ fencing }).at(-1)).toBe(
      "pve-aimax-01: only its own watchdog stops it",
    );
  });

  it("has no fencer, and reads no password, where no power is cut", () => {
    const spec = specOf("frege", { fencing: { power: "off" } });
    const { fencing } = planCluster(spec);
    expect(fencing.fencers).toEqual([]);
    expect(describeFencing({ fencing })).toHaveLength(3);
    expect(planSecrets(spec).filter(({ path }) => path.includes("fence"))).toEqual([]);
  });

  it("brings ipmitool where a device needs it", () => {
    const ipmi = {
      address: "10.203.3.31",
      login: { user: "fence", password: { pulumi: "ipmi" } },
    };
    const frege = { id: 1, address: "10.203.3.11", hardware: "generic", fence: { ipmi } };
    const packages = (changes: object) =>
      planCluster(specOf("frege", changes)).nodes[0]?.host.packages ?? [];
    expect(packages({})).not.toContain("ipmitool");
    expect(packages({ nodes: { frege } })).toContain("ipmitool");
    expect(packages({ nodes: { frege }, fencing: { power: "off" } })).not.toContain("ipmitool");
  });
});
