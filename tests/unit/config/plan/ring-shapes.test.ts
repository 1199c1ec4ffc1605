import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { planCluster } from "../../../../config/plan/cluster.js";
import { renderFrrConf } from "../../../../config/plan/render/frr.js";
import { renderInterfaces } from "../../../../config/plan/render/interfaces.js";
import type { ClusterInput } from "../../../../config/schema/cluster.js";
import { ringCluster, specOf } from "./stacks.js";

type Ring = NonNullable<NonNullable<ClusterInput["networks"]>[string]["thunderbolt"]>;

function shaped(count: number, thunderbolt: Ring) {
  const plan = planCluster(
    ringCluster(count, {
      networks: {
        management: { cidr: "10.0.0.0/24", gateway: "10.0.0.1", on: "vmbr0" },
        ring: { thunderbolt, loopbacks: "10.255.255.0/24", loopbacks6: "fd00:255::/64" },
      },
      corosync: { links: ["management"], evenNodesAccepted: true },
    }),
  );
  const [ring] = plan.rings;
  if (ring === undefined) {
    throw new Error("there is no ring");
  }
  return { plan, ring };
}

describe("a ring, a chain and a pair", () => {
  it("have as many cables as their shape closes, and every node is reached over them", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 3, max: 9 }),
        fc.constantFrom<"ring" | "chain">("ring", "chain"),
        (count, topology) => {
          const { ring } = shaped(count, { topology });
          expect(ring.cables).toHaveLength(topology === "ring" ? count : count - 1);
          const reached = new Set([ring.nodes[0]?.node]);
          for (let round = 0; round < count; round += 1) {
            for (const { node, neighbours } of ring.nodes) {
              if (reached.has(node)) {
                for (const one of neighbours) reached.add(one);
              }
            }
          }
          expect(reached.size).toBe(count);
        },
      ),
      { numRuns: 20 },
    );
  });

  it("of two nodes has one cable, and both nodes route over their port", () => {
    const { ring, plan } = shaped(2, { topology: "pair", ports: ["en05"] });
    expect(ring.cables).toEqual([
      [
        { node: "node-1", port: "en05" },
        { node: "node-2", port: "en05" },
      ],
    ]);
    for (const node of ring.nodes) {
      expect(node.neighbours).toHaveLength(1);
      const conf = renderFrrConf(ring, node, { major: 9, hostname: node.node });
      expect(conf.match(/^interface en\d+$/gm)).toEqual(["interface en05"]);
    }
    expect(plan.nodes.map(({ paths }) => paths.ring?.length)).toEqual([2, 2]);
  });

  it.each(["openfabric", "ospf", "bgp"] as const)(
    "speak %s on every port of every node, whatever their number",
    (protocol) => {
      for (const count of [3, 5, 8]) {
        const { ring } = shaped(count, { protocol });
        for (const node of ring.nodes) {
          const conf = renderFrrConf(ring, node, { major: 9, hostname: node.node });
          for (const { name } of node.ports) {
            expect(conf).toMatch(new RegExp(`(interface|neighbor) ${name}\\b`));
          }
        }
      }
    },
  );

  it("prove every path through their own ports only", () => {
    const { plan } = shaped(4, {});
    const paths = plan.nodes.flatMap((node) => node.paths.ring ?? []);
    expect(paths).toHaveLength(4 * 3 * 2);
    expect(paths.every(({ through }) => through?.join() === "en05,en06")).toBe(true);
    expect(plan.nodes[0]?.paths.management?.[0]?.through).toBeUndefined();
  });
});

describe("a ring's prefix", () => {
  const rejected = (count: number) => {
    const { ring } = shaped(count, { ports: ["en05", "en06"] });
    return ring.nodes.map((node) =>
      renderFrrConf(ring, node, { major: 9, hostname: node.node })
        .split("\n")
        .filter((line) => line.endsWith(" reject")),
    );
  };

  it("never leaves by the default route where nodes are reached over others", () => {
    expect(rejected(6)).toEqual(
      Array(6).fill(["ip route 10.255.255.0/24 reject", "ipv6 route fd00:255::/64 reject"]),
    );
  });

  it("needs no such route where all are neighbours", () => {
    expect(rejected(3)).toEqual([[], [], []]);
  });
});

describe("a ring that Proxmox routes", () => {
  it("has no address in the interfaces file, because the fabric brings it", () => {
    const { plan } = shaped(3, { owner: "sdn-fabric" });
    const [node] = plan.nodes;
    const text = node === undefined ? "" : renderInterfaces(node.network);
    expect(text).not.toContain("10.255.255.");
    expect(text).toMatch(/iface en05 inet manual\n +mtu 65520/);
    expect(node?.network.deviceOf.ring).toBe("dummy_ring");
    expect(plan.fabrics.map(({ id }) => id)).toEqual(["ring"]);
  });

  it("is none where files of FRR do it", () => {
    expect(shaped(3, {}).plan.fabrics).toEqual([]);
  });
});

describe("ports whose far ends are looked at", () => {
  it("are those of rings, with both ends of each declared cable", () => {
    const cabling: [string, string][] = [["node-1:en06", "node-2:en05"]];
    const { plan } = shaped(3, { cabling });
    expect(plan.nodes.map(({ cabledPorts }) => cabledPorts)).toEqual([
      ["en05", "en06"],
      ["en05", "en06"],
      ["en05", "en06"],
    ]);
    expect(plan.cabling.declared).toEqual([
      { node: "node-1", port: "en06", to: "node-2:en05" },
      { node: "node-2", port: "en05", to: "node-1:en06" },
    ]);
    expect(shaped(3, {}).plan.cabling.declared).toEqual([]);
  });

  it("are others where the file says where they lead, and none without LLDP", () => {
    const { interfaces } = specOf("pve1");
    const bond = interfaces.bond0;
    const wired = {
      ...interfaces,
      bond0: { ...bond, cabling: { "pve1-node2": { enp65s0f0np0: "leaf1:Ethernet1" } } },
    };
    const { cabling, nodes } = planCluster(specOf("pve1", { interfaces: wired }));
    expect(cabling.declared).toEqual([
      { node: "pve1-node2", port: "enp65s0f0np0", to: "leaf1:Ethernet1" },
    ]);
    expect(nodes.map(({ cabledPorts }) => cabledPorts)).toEqual([[], ["enp65s0f0np0"], []]);
    const spec = specOf("frege");
    const silent = { ...spec, base: { ...spec.base, lldp: false } };
    const unseen = planCluster(silent);
    expect(unseen.cabling.declared).toEqual([]);
    expect(unseen.nodes.flatMap(({ cabledPorts }) => cabledPorts)).toEqual([]);
  });
});
