import * as pulumi from "@pulumi/pulumi";
import { expect, it } from "vitest";
import { ringArgs } from "../../components/network/arguments.js";
import { memberOf, ThunderboltRing } from "../../components/network/thunderbolt-ring.js";
import { BuildUp } from "../../components/program/build-up.js";
import { PHASE_NAMES } from "../../config/phases.js";
import { planCluster } from "../../config/plan/index.js";
import { ringCluster } from "../unit/config/plan/stacks.js";

const plan = planCluster(ringCluster(3));
const nothing = { done: [], outputs: {} };
const declared = () => ({ done: [], outputs: {} });

it("refuses a phase out of its turn, and a list that is not declared to its end", async () => {
  const build = await BuildUp.of(plan);
  await expect(build.phase("network", declared, nothing)).rejects.toThrow(
    "the phase network is declared where hosts should be",
  );
  await build.phase("hosts", declared, nothing);
  expect(() => build.end(nothing)).toThrow("the phase network is declared nowhere");
  for (const name of PHASE_NAMES.slice(1)) {
    await build.phase(name, declared, nothing);
  }
  expect(build.end({ done: [], outputs: { endpoint: 1 } })).toEqual({ endpoint: 1 });
  await expect(build.phase("hosts", declared, nothing)).rejects.toThrow("no other one");
});

it("gives each phase what was made before it", async () => {
  const build = await BuildUp.of(plan);
  const hosts = await build.phase(
    "hosts",
    () => ({ done: [], outputs: { one: 1 }, made: "hosts" }),
    nothing,
  );
  const network = await build.phase(
    "network",
    (_plan, before: typeof hosts) => ({ done: [], outputs: { two: before.made } }),
    hosts,
  );
  expect(network).toMatchObject({ made: "hosts", outputs: { one: 1, two: "hosts" } });
});

it("lets no ring come up with a node that gets no routing", async () => {
  await pulumi.runtime.setMocks({
    newResource: ({ name, inputs }) => ({ id: name, state: inputs }),
    call: ({ inputs }) => inputs,
  });
  const [ring] = plan.rings;
  const [first, ...others] = plan.nodes;
  if (ring === undefined || first === undefined) {
    throw new Error("the plan has no ring");
  }
  const host = new pulumi.ComponentResource("test:host", "host");
  const common = { ring, major: 9 as const, rollbackMs: 1, convergenceMs: 1, adopt: false };
  const members = others.map((node) => memberOf(ring, node, host));
  expect(() => new ThunderboltRing("ring", { ...common, members })).toThrow(
    "the ring ring would come up without routing on node-1",
  );
  const stranger = { ...first, name: "stranger" };
  expect(() => memberOf(ring, stranger, host)).toThrow(
    "stranger has no place in the ring ring of node-1, node-2, node-3",
  );
});

it("takes the arguments of a ring out of the plan, and names the rings of a plan that has not that one", () => {
  expect(() => ringArgs(plan, "management", [])).toThrow(
    `${plan.name} has no ring in the network management; networks with one: ring`,
  );
  expect(ringArgs(plan, "ring", [])).toMatchObject({ members: [], major: plan.major });
});
