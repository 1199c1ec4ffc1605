import { describe, expect, it } from "vitest";
import { type ClusterPlan, planCluster } from "../../../../config/plan/cluster.js";
import { renderFrrConf, renderFrrDaemons } from "../../../../config/plan/render/frr.js";
import { renderHosts, renderResolvConf } from "../../../../config/plan/render/hosts.js";
import { renderInterfaces } from "../../../../config/plan/render/interfaces.js";
import { renderRingFiles } from "../../../../config/plan/render/ring-files.js";
import type { ClusterInput } from "../../../../config/schema/cluster.js";
import { STACKS, specOf } from "./stacks.js";

function frr(plan: ClusterPlan, position = 0): string {
  const [ring] = plan.rings;
  const node = ring?.nodes[position];
  return ring === undefined || node === undefined
    ? ""
    : renderFrrConf(ring, node, { major: plan.major, hostname: node.node });
}

describe("interfaces files", () => {
  it.each(STACKS)("of %s", (stack) => {
    const first = planCluster(specOf(stack)).nodes[0]?.network;
    expect(first === undefined ? "" : renderInterfaces(first)).toMatchSnapshot();
  });

  it("have one default gateway, and the source line last", () => {
    for (const stack of STACKS) {
      for (const { network } of planCluster(specOf(stack)).nodes) {
        const text = renderInterfaces(network);
        expect(text.match(/^ +gateway /gm)).toHaveLength(1);
        expect(text.trimEnd().split("\n").at(-1)).toBe("source /etc/network/interfaces.d/*");
      }
    }
  });

  it("spell out the parent of a VLAN device with a name of its own", () => {
    const networks: ClusterInput["networks"] = {
      management: { cidr: "10.30.0.0/24", on: "bond0", vlan: 6, device: "vlan6" },
    };
    const spec = specOf("pve1", { networks, corosync: { links: ["management"] } });
    const first = planCluster(spec).nodes[0]?.network;
    expect(first === undefined ? "" : renderInterfaces(first)).toContain(
      "iface vlan6 inet static\n    address 10.30.0.11/24\n    vlan-raw-device bond0\n    vlan-id 6\n",
    );
  });
});

describe("FRR", () => {
  it("gets OpenFabric with its timers", () => {
    expect(frr(planCluster(specOf("gtr7")))).toMatchSnapshot();
  });

  it("gets OSPF on 8, with the loopback lent to the ports", () => {
    const plan = planCluster(specOf("frege", { proxmox: { major: 8 } }));
    expect(frr(plan)).toMatchSnapshot();
    const [node] = plan.nodes;
    const text = node === undefined ? "" : renderInterfaces(node.network);
    expect(text).toContain("iface en05 inet static\n    address 169.254.1.1/32\n");
  });

  it("gets BGP unnumbered in both families", () => {
    const networks: ClusterInput["networks"] = {
      management: { cidr: "192.168.178.0/24", gateway: "192.168.178.1", on: "vmbr0" },
      ring: {
        thunderbolt: { protocol: "bgp" },
        loopbacks: "10.0.0.80/28",
        loopbacks6: "fd00::/64",
      },
    };
    expect(frr(planCluster(specOf("gtr7", { networks })))).toMatchSnapshot();
  });

  it("runs only the daemons of its protocol", () => {
    const [ring] = planCluster(specOf("frege")).rings;
    const daemons = ring === undefined ? "" : renderFrrDaemons(ring);
    expect(daemons).toContain('staticd_options="-A 127.0.0.1"');
    expect(daemons).toContain('mgmtd_options="  -A 127.0.0.1"');
    expect(daemons.match(/^\w+=yes$/gm)).toEqual(["fabricd=yes", "vtysh_enable=yes"]);
  });
});

describe("files of the ring", () => {
  it("name ports by path and driver, and bring them up whenever they come", () => {
    const [ring] = planCluster(specOf("frege")).rings;
    const node = ring?.nodes[0];
    expect(
      ring === undefined || node === undefined ? [] : renderRingFiles(ring, node),
    ).toMatchSnapshot();
  });
});

describe("name files", () => {
  it("of frege", () => {
    const { names } = planCluster(specOf("frege"));
    expect(renderHosts(names)).toMatchSnapshot();
    expect(renderResolvConf(names)).toBe("search home.example\nnameserver 10.203.3.1\n");
  });
});

describe("the unit of a ring port", () => {
  it("waits at boot for the network's own start, which would give up before it", () => {
    const [ring] = planCluster(specOf("frege")).rings;
    const node = ring?.nodes[0];
    const files = ring === undefined || node === undefined ? [] : renderRingFiles(ring, node);
    const unit = files.find(({ path }) => path.endsWith("tb-port@.service"))?.content ?? "";
    expect(unit).toMatch(/^After=.*\bnetworking\.service\b/m);
  });
});
