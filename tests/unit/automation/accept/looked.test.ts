import { describe, expect, it } from "vitest";
import { CATALOGUE } from "../../../../automation/accept/catalogue.js";
import { judgeCeph } from "../../../../automation/accept/looked/ceph.js";
import { judgeThroughput } from "../../../../automation/accept/looked/throughput.js";
import type { AcceptanceTest, OfFile } from "../../../../automation/accept/test.js";
import type { Material } from "../../../../automation/report/material.js";
import { planCluster } from "../../../../config/plan/index.js";
import { type Stack, specOf } from "../../config/plan/stacks.js";
import { materialOf } from "../report/material.js";
import { sights } from "../report/sights.js";
import { sceneOf } from "./scene.js";

const well = sights.well();
const dead = sights["a dead node"]();

function named(name: string): AcceptanceTest {
  const found = CATALOGUE.find((one) => one.name === name);
  if (found === undefined) {
    throw new Error(`there is no ${name}`);
  }
  return found;
}
const judge = (name: string, material: Material) => named(name).perform(sceneOf(material));
const fileOf = (stack: Stack): OfFile => {
  const spec = specOf(stack);
  return { spec, plan: planCluster(spec) };
};

describe("what is looked at", () => {
  it.each(["members", "links", "storages"])(
    "passes on a cluster that is well: %s",
    async (name) => {
      const { verdict, figures, why } = await judge(name, well);
      expect([verdict, why]).toEqual(["passed", []]);
      expect(figures.length).toBeGreaterThan(0);
    },
  );

  it.each(["members", "links", "paths", "latency", "storages"])(
    "fails where a node was not examined: %s",
    async (name) => {
      const { verdict, why } = await judge(name, dead);
      expect(verdict).toBe("failed");
      expect(why.join()).toContain("russell was not examined");
    },
  );

  it("fails for a service that is not active, and names it", async () => {
    const material = materialOf(specOf("frege"), {
      facts: ({ node, services }) =>
        node === "russell" ? { services: { ...services, pveproxy: "failed" } } : {},
    });
    const { verdict, figures, why } = await judge("members", material);
    expect([verdict, why]).toEqual(["failed", ["russell: services: pveproxy failed"]]);
    expect(figures).toHaveLength(1);
  });

  it("is never passed where nothing was measured", async () => {
    const material = sights["nobody answers"]();
    for (const name of ["members", "links", "paths", "latency", "storages"]) {
      expect((await judge(name, material)).verdict).toBe("failed");
    }
  });
});

describe("throughput", () => {
  const path = { network: "ring", from: "frege", to: "russell", retransmits: 3, seconds: 2 };

  it("has a figure and a threshold for each path", () => {
    expect(judgeThroughput([{ ...path, bitsPerSecond: 20e9, complaint: "" }])).toEqual({
      verdict: "passed",
      figures: [
        {
          what: "frege -> russell (ring)",
          value: "20.00 Gbit/s, 3 sent again",
          limit: "at least 0.90 Gbit/s",
        },
      ],
      why: [],
    });
  });

  it("fails for a slow path, and for one that could not be measured", () => {
    const slow = { ...path, bitsPerSecond: 94e6, complaint: "" };
    const none = { ...path, to: "wittgenstein", bitsPerSecond: undefined, complaint: "refused" };
    const { verdict, why } = judgeThroughput([slow, none]);
    expect(verdict).toBe("failed");
    expect(why).toEqual([
      "frege -> russell (ring): 0.09 Gbit/s, and at least 0.90 Gbit/s are needed",
      "frege -> wittgenstein (ring): not measured: refused",
    ]);
  });

  it("fails where no path was measured", () => {
    expect(judgeThroughput([]).verdict).toBe("failed");
  });
});

describe("Ceph", () => {
  const told = {
    state: "told",
    health: "HEALTH_OK",
    monitors: { inQuorum: ["a", "b", "c"], missing: [] },
    osds: { all: 6, up: 6, in: 6 },
    warnings: [],
    lacks: [],
  } as const;

  it("passes by what it says of itself", () => {
    expect(judgeCeph(told)).toMatchObject({ verdict: "passed" });
  });

  it("fails for what it lacks, for its own alarm, and where it said nothing", () => {
    expect(judgeCeph({ ...told, lacks: ["5 of 6 OSDs are up"] })).toMatchObject({
      verdict: "failed",
      why: ["5 of 6 OSDs are up"],
    });
    const alarm = { ...told, health: "HEALTH_ERR", warnings: ["1 pool is full"] };
    expect(judgeCeph(alarm)).toMatchObject({ verdict: "failed", why: ["1 pool is full"] });
    expect(judgeCeph(undefined).verdict).toBe("failed");
  });
});

describe("what a file gives no reason to test", () => {
  it("does not apply, with the reason", () => {
    const frege = fileOf("frege");
    for (const name of ["ceph", "backups", "restore", "gpus", "mounts", "osd-failover"]) {
      const without = named(name).without(frege);
      expect([name, without?.verdict]).toEqual([name, "does not apply"]);
      expect(without?.why.join()).not.toBe("");
    }
  });

  it("is not tested, and never passed, where the file has it and this version makes nothing of it", async () => {
    const pve1 = fileOf("pve1");
    expect(named("gpus").without(pve1)).toMatchObject({ verdict: "not tested" });
    expect(named("mounts").without(pve1)).toMatchObject({ verdict: "not tested" });
    expect((await judge("osd-failover", well)).verdict).not.toBe("passed");
  });

  it("has no redundancy of links where there is one link", () => {
    const { spec, plan } = fileOf("frege");
    const [first] = plan.corosync.links;
    const one = {
      spec,
      plan: { ...plan, corosync: { ...plan.corosync, links: first === undefined ? [] : [first] } },
    };
    expect(named("links").without(one)).toMatchObject({ verdict: "does not apply" });
    expect(named("link-cut").without(one)).toMatchObject({ verdict: "does not apply" });
  });
});
