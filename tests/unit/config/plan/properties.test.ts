import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { planCluster } from "../../../../config/plan/cluster.js";
import { below } from "../../../../config/plan/interfaces.js";
import { renderFrrConf } from "../../../../config/plan/render/frr.js";
import { renderInterfaces } from "../../../../config/plan/render/interfaces.js";
import type { ClusterInput } from "../../../../config/schema/cluster.js";
import { ringCluster } from "./stacks.js";

/** Enough to meet every size of cluster; parsing each spec is what costs time. */
const RUNS = { numRuns: 40 };
const MTU = fc.constantFrom(1500, 4000, 9000);

/** Clusters of every size with bonds, VLANs, a ring and MTUs in any combination. */
const spec = fc
  .record({
    count: fc.integer({ min: 1, max: 16 }),
    bondMtu: MTU,
    bridgeMtu: MTU,
    storageMtu: MTU,
    major: fc.constantFrom(8 as const, 9 as const),
    protocol: fc.constantFrom("openfabric" as const, "ospf" as const, "bgp" as const),
    ids: fc.boolean(),
  })
  .map(({ count, bondMtu, bridgeMtu, storageMtu, major, protocol, ids }) => {
    const names = Array.from({ length: count }, (_, index) => `node-${index + 1}`);
    const changes: Partial<ClusterInput> = {
      proxmox: { major },
      nodes: Object.fromEntries(
        names.map((name, index) => [
          name,
          {
            id: ids ? 40 - index : index + 1,
            address: `10.0.0.${index + 11}`,
            addresses: { storage: `10.0.48.${index + 11}` },
            hardware: "ms-01" as const,
          },
        ]),
      ),
      interfaces: {
        bond0: { bond: { ports: ["enp2s0f0np0", "enp2s0f1np1"] }, mtu: bondMtu },
        vmbr0: { bridge: { ports: ["bond0"], vlanAware: true }, mtu: bridgeMtu },
      },
      networks: {
        management: { cidr: "10.0.0.0/24", gateway: "10.0.0.1", on: "vmbr0" },
        storage: { cidr: "10.0.48.0/24", on: "vmbr0", vlan: 48, mtu: storageMtu },
        ring: {
          thunderbolt: { protocol },
          loopbacks: "10.255.255.0/24",
          loopbacks6: "fd00:255::/64",
        },
      },
    };
    return ringCluster(count, changes);
  });

const reversed = <T>(record: Readonly<Record<string, T>>): Record<string, T> =>
  Object.fromEntries(Object.entries(record).reverse());

describe("every plan", () => {
  it("gives no address twice", () => {
    fc.assert(
      fc.property(spec, (cluster) => {
        const all = planCluster(cluster).nodes.flatMap((node) =>
          Object.values(node.addresses).flatMap((one) => Object.values(one)),
        );
        expect(new Set(all).size).toBe(all.length);
      }),
      RUNS,
    );
  });

  it("keeps quorum without any single node, from three nodes on", () => {
    fc.assert(
      fc.property(spec, (cluster) => {
        const { nodes, corosync } = planCluster(cluster);
        fc.pre(nodes.length >= 3);
        expect(corosync.quorum.indispensable).toEqual([]);
        for (const node of nodes) {
          expect(corosync.quorum.expectedVotes - node.votes).toBeGreaterThanOrEqual(
            corosync.quorum.quorum,
          );
        }
      }),
      RUNS,
    );
  });

  it("never loses a vote on the way, and stays quorate at every step", () => {
    fc.assert(
      fc.property(spec, (cluster) => {
        const { nodes, corosync, rolling } = planCluster(cluster);
        let votes = 0;
        for (const step of corosync.joinOrder) {
          expect(step.expectedVotesBefore).toBe(votes);
          votes += nodes.find(({ name }) => name === step.node)?.votes ?? 0;
          expect(step.expectedVotesAfter).toBe(votes);
          expect(step.quorumAfter).toBe(Math.floor(votes / 2) + 1);
        }
        expect(corosync.quorum.expectedVotes).toBe(votes);
        expect(rolling.map(({ node }) => node).toSorted()).toEqual(
          nodes.map(({ name }) => name).toSorted(),
        );
        for (const step of rolling) {
          expect(step.keepsQuorum).toBe(step.votesLeft >= corosync.quorum.quorum);
        }
      }),
      RUNS,
    );
  });

  it("has two partitions of which never both are quorate", () => {
    fc.assert(
      fc.property(spec, fc.nat(), (cluster, seed) => {
        const { nodes, corosync } = planCluster(cluster);
        const one = nodes
          .filter((_, index) => (seed >> index) % 2 === 0)
          .reduce((sum, node) => sum + node.votes, 0);
        const other = corosync.quorum.expectedVotes - one;
        expect(one >= corosync.quorum.quorum && other >= corosync.quorum.quorum).toBe(false);
      }),
      RUNS,
    );
  });

  it("does not depend on the order of keys", () => {
    fc.assert(
      fc.property(spec, (cluster) => {
        const other = {
          ...cluster,
          nodes: reversed(cluster.nodes),
          interfaces: reversed(cluster.interfaces),
          networks: reversed(cluster.networks),
          storage: reversed(cluster.storage),
        };
        const [plan, same] = [planCluster(cluster), planCluster(other)];
        const text = (one: typeof plan): string[] =>
          one.nodes.map(({ network }) => renderInterfaces(network));
        expect(text(same)).toEqual(text(plan));
        expect(same.corosync).toEqual(plan.corosync);
        expect(same.nodes).toEqual(plan.nodes);
        expect(plan.corosync.joinOrder.map((step) => step.node)).toEqual(
          Object.entries(cluster.nodes)
            .sort(([, a], [, b]) => a.id - b.id)
            .map(([name]) => name),
        );
      }),
      RUNS,
    );
  });

  it("reaches two neighbours from every node of a closed ring, through two different ports", () => {
    fc.assert(
      fc.property(spec, (cluster) => {
        const { nodes, rings } = planCluster(cluster);
        fc.pre(nodes.length >= 3);
        for (const ring of rings) {
          expect(ring.cables).toHaveLength(nodes.length);
          const ends = ring.cables.flat().map((end) => `${end.node}:${end.port}`);
          expect(new Set(ends).size).toBe(ends.length);
          for (const node of ring.nodes) {
            expect(node.neighbours).toHaveLength(2);
            expect(node.neighbours).not.toContain(node.node);
          }
        }
      }),
      RUNS,
    );
  });

  it("gives each node of a ring its own NET, router id and AS number", () => {
    fc.assert(
      fc.property(spec, (cluster) => {
        for (const ring of planCluster(cluster).rings) {
          for (const key of ["net", "routerId", "asNumber"] as const) {
            expect(new Set(ring.nodes.map((node) => node[key])).size).toBe(ring.nodes.length);
          }
          for (const node of ring.nodes) {
            expect(node.net).toMatch(/^49\.0001(\.\d{4}){3}\.00$/);
          }
        }
      }),
      RUNS,
    );
  });

  it("puts nothing on an interface of a smaller MTU, and says lower layers first", () => {
    fc.assert(
      fc.property(spec, (cluster) => {
        for (const { network } of planCluster(cluster).nodes) {
          const { interfaces } = network;
          const mtuOf = new Map(
            interfaces.map((one) => [one.name, one.kind === "loopback" ? 65536 : one.mtu]),
          );
          interfaces.forEach((one, index) => {
            for (const lower of below(one)) {
              expect(mtuOf.get(lower)).toBeGreaterThanOrEqual(mtuOf.get(one.name) ?? 0);
              expect(interfaces.slice(0, index).map(({ name }) => name)).toContain(lower);
            }
          });
        }
      }),
      RUNS,
    );
  });

  it("renders the same text each time", () => {
    fc.assert(
      fc.property(spec, (cluster) => {
        const once = planCluster(cluster);
        const twice = planCluster(structuredClone(cluster));
        expect(twice).toEqual(once);
        for (const ring of once.rings) {
          for (const node of ring.nodes) {
            const context = { major: once.major, hostname: node.node };
            expect(renderFrrConf(ring, node, context)).toBe(renderFrrConf(ring, node, context));
          }
        }
      }),
      RUNS,
    );
  });
});
