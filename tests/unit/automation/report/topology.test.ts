import { describe, expect, it } from "vitest";
import type { Material } from "../../../../automation/report/material.js";
import {
  drawTopology,
  narrowScale,
  wideScale,
} from "../../../../automation/report/topology/draw.js";
import { type Host, topologyOf } from "../../../../automation/report/topology/shape.js";
import { ringCluster, specOf } from "../../config/plan/stacks.js";
import { materialOf } from "./material.js";
import { read } from "./read.js";
import { sights } from "./sights.js";

const hostIn = (material: Material, name: string): Host | undefined => {
  const { hosts, others } = topologyOf(material);
  return [...hosts, ...others].find((one) => one.name === name);
};

describe("the topology", () => {
  it("has hosts on the lines of their networks, well where packets of full size went", () => {
    const well = sights.well();
    expect(hostIn(well, "frege")).toMatchObject({
      tone: "good",
      taps: [{ line: "management", device: "vmbr0", tone: "good" }],
    });
    expect(hostIn(well, "frege")?.details).toContain("1 guest: vm:100");
  });

  it("has a host that did not answer as not seen, with nothing about its guests", () => {
    const dead = hostIn(sights["a dead node"](), "russell");
    expect(dead).toMatchObject({ tone: "unseen", taps: [{ tone: "unseen" }] });
    expect(dead?.details).toContain("guests not seen");
  });

  it("has servers of storages on the network that has their address, by what nodes say of them", () => {
    expect(hostIn(sights.well(), "10.203.3.99")).toMatchObject({
      tone: "good",
      taps: [{ line: "management" }],
    });
    expect(hostIn(sights["nobody answers"](), "10.203.3.99")?.tone).toBe("unseen");
  });

  it("has VLANs that only guests use as the file's word, not as something seen", () => {
    const node = hostIn(sights.Ceph(), "pve1-node1");
    expect(node?.taps.find(({ line }) => line === "vlan3")?.tone).toBe("plain");
    expect(node?.taps.find(({ line }) => line === "storage")?.tone).toBe("good");
  });

  it("has cables as they were heard, and by whom", () => {
    const [ring] = topologyOf(sights.well()).rings;
    expect(ring?.cables).toHaveLength(3);
    expect(ring?.cables[0]).toMatchObject({ tone: "good", words: "heard by frege and russell" });
  });

  it("has a supposed cable of which nobody heard as not seen, and none where its port leads elsewhere", () => {
    const silent = materialOf(specOf("frege"), { view: () => ({ neighbours: [] }) });
    expect(topologyOf(silent).rings[0]?.cables.map(({ tone }) => tone)).toEqual([
      "unseen",
      "unseen",
      "unseen",
    ]);
    const turned = materialOf(specOf("frege"), {
      view: ({ node }) => ({
        neighbours: node === "frege" ? [{ port: "en05", name: "russell", farPort: "en06" }] : [],
      }),
    });
    const cables = topologyOf(turned).rings[0]?.cables ?? [];
    expect(cables.map(({ ends, tone }) => [ends[0].port, tone])).toContainEqual(["en05", "good"]);
    expect(cables.filter(({ tone }) => tone === "good")).toHaveLength(1);
  });

  it("takes no neighbour for a cable of the ring whose name or port is not the cluster's", () => {
    const foreign = materialOf(specOf("frege"), {
      view: () => ({ neighbours: [{ port: "en05", name: "stranger", farPort: "en06" }] }),
    });
    expect(topologyOf(foreign).rings[0]?.cables.every(({ tone }) => tone === "unseen")).toBe(true);
  });
});

describe("its drawing", () => {
  const shape = topologyOf(sights["sixteen nodes"]());

  it("names every host, whatever their number, wide and narrow", () => {
    for (const scale of [wideScale(shape), narrowScale(shape)]) {
      const drawn = drawTopology(shape, "shape", scale);
      for (const { name } of shape.hosts) {
        expect(read(drawn)).toContain(name);
      }
    }
  });

  it("is as wide as a phone where it is narrow", () => {
    for (const material of [sights.well(), sights.Ceph(), sights["sixteen nodes"]()]) {
      const narrow = topologyOf(material);
      const drawn = drawTopology(narrow, "one", narrowScale(narrow));
      const width = Number(/viewBox="0 0 (\d+) /.exec(drawn.markup)?.[1]);
      expect(width).toBeLessThanOrEqual(340);
    }
  });

  it("shortens words that have no room, and has the whole in the title", () => {
    const spec = ringCluster(3);
    const long = topologyOf(materialOf(spec, { view: () => ({ ha: ["quorum OK", ...many()] }) }));
    const { markup } = drawTopology(long, "shape", narrowScale(long));
    expect(markup).toMatch(/<text[^>]*>40 guests: [^<]*\u2026<\/text>/);
    expect(markup).toContain("vm:139");
  });
});

const many = (): string[] =>
  Array.from({ length: 40 }, (_, at) => `service vm:${100 + at} (node-1, started)`);
