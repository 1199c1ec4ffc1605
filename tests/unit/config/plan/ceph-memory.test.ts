import { describe, expect, it } from "vitest";
import { planCluster } from "../../../../config/plan/index.js";
import type { ClusterInput } from "../../../../config/schema/cluster.js";
import { ringCluster } from "./stacks.js";

const GIB = 2 ** 30;
const MEMORY = ["64GiB", "64GiB", "64GiB"] as const;

interface Case {
  readonly memory?: readonly string[];
  readonly guests?: ClusterInput["guests"];
  readonly osds?: number;
  readonly perDevice?: number;
}

/** What each OSD aims at, in GiB, on three nodes that each have a monitor and a manager (4 GiB) and a ZFS cache of 4 GiB. */
function target({ memory = MEMORY, guests = {}, osds = 2, perDevice = 1 }: Case): number {
  const spec = ringCluster(3, {
    nodes: Object.fromEntries(
      memory.map((amount, at) => [
        `node-${at + 1}`,
        {
          id: at + 1,
          address: `10.0.0.${at + 11}`,
          hardware: "ms-01",
          overrides: { memory: amount, reserve: { memory: "4GiB", threads: 2 } },
        },
      ]),
    ),
    base: {
      domain: "lab.example",
      dns: ["10.0.0.1"],
      ntp: ["10.0.0.1"],
      timezone: "Europe/Vienna",
      zfsArcMax: "4GiB",
    },
    guests,
    ceph: {
      release: "squid",
      publicNetwork: "management",
      osds: {
        memoryTarget: "auto",
        everyNode: [{ select: { model: "DATA*", size: "2TB" }, count: osds, perDevice }],
      },
    },
  });
  const { ceph } = planCluster(spec);
  expect(ceph?.settings.find(({ field }) => field === "osds.memoryTarget")?.value).toBe(
    String(ceph?.osdMemoryBytes),
  );
  return (ceph?.osdMemoryBytes ?? 0) / GIB;
}
const guest = (id: number, node: string, memory: string) => ({ id, node, cores: 1, memory });

describe("the memory that OSDs aim at by themselves", () => {
  it("is never more than is of use to them", () => {
    expect(target({})).toBe(8);
  });

  it("leaves room for a host's guests and for those of the heaviest other node", () => {
    // 64 - 4 - 4 - 4 of 64, less 24 of its own and 16 that may come, for four OSDs.
    const guests = { big: guest(101, "node-1", "24GiB"), other: guest(102, "node-2", "16GiB") };
    expect(target({ guests, osds: 4 })).toBe(3);
  });

  it("is what the tightest host can spare", () => {
    // 32 - 12 leaves 20, less a tenth of 32, for four OSDs.
    expect(target({ memory: ["64GiB", "32GiB", "64GiB"], osds: 4 })).toBe(4);
  });

  it("counts each of the OSDs that share a disk", () => {
    const guests = { big: guest(101, "node-1", "24GiB"), other: guest(102, "node-2", "16GiB") };
    expect(target({ guests, osds: 2, perDevice: 2 })).toBe(3);
  });

  it("is never less than an OSD can live on; the host is refused then", () => {
    expect(target({ memory: ["64GiB", "16GiB", "64GiB"], osds: 4 })).toBe(2);
  });

  it("is a whole number of quarters of a GiB", () => {
    expect(target({ guests: { odd: guest(101, "node-1", "33GiB") }, osds: 3 }) % 0.25).toBe(0);
  });
});
