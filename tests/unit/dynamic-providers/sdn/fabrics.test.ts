import { execFileSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { planCluster } from "../../../../config/plan/cluster.js";
import type { ClusterInput } from "../../../../config/schema/cluster.js";
import {
  FABRIC_LOOKS,
  fabricFacts,
  failedReloads,
  stepParts,
} from "../../../../dynamic-providers/sdn/fabric-calls.js";
import { type Fabric, planFabric } from "../../../../dynamic-providers/sdn/fabrics.js";
import { scriptOf } from "../../../../dynamic-providers/transport/pvesh/script.js";
import { saidOf } from "../../../support/said.js";
import { specOf } from "../../config/plan/stacks.js";

const networks: ClusterInput["networks"] = {
  management: { cidr: "192.168.178.0/24", gateway: "192.168.178.1", on: "vmbr0" },
  ring: {
    thunderbolt: { owner: "sdn-fabric" },
    loopbacks: "10.0.0.80/28",
    loopbacks6: "fd00::/64",
  },
};
const [planned] = planCluster(specOf("gtr7", { networks })).fabrics;
if (planned === undefined) {
  throw new Error("the ring is no fabric");
}
const wanted: Fabric = planned;

/** The two answers of the API for a fabric that is configured and running, in its own spelling and order. */
function answers(configured: readonly Fabric[], running: readonly Fabric[]): string[] {
  const one = (fabrics: readonly Fabric[]): string =>
    JSON.stringify({
      fabrics: fabrics.map(({ id, protocol, options }) => ({
        id,
        protocol,
        digest: "b1b5",
        ...options,
        hello_interval: Number(options.hello_interval),
        csnp_interval: Number(options.csnp_interval),
      })),
      nodes: fabrics.flatMap(({ id, protocol, nodes }) =>
        nodes.map(({ node, ip, ip6, interfaces }) => ({
          fabric_id: id,
          node_id: node,
          protocol,
          ip,
          ip6,
          interfaces: interfaces.map((text) => text.split(",").reverse().join(",")),
        })),
      ),
    });
  return [one(configured), one(running)];
}
function plan(wish: Fabric | undefined, configured: readonly Fabric[], running = configured) {
  const facts = fabricFacts(saidOf(FABRIC_LOOKS, answers(configured, running)));
  return planFabric("ring", wish, facts);
}
const calls = (changes: ReturnType<typeof plan>) => changes.map(({ step }) => step.call);

describe("a ring as an SDN fabric", () => {
  it("has its nodes' loopbacks as router ids and fast timers on its ports", () => {
    expect(wanted.options).toEqual({
      ip_prefix: "10.0.0.80/28",
      ip6_prefix: "fd00::/64",
      hello_interval: "1",
      csnp_interval: "2",
    });
    expect(wanted.nodes[0]).toEqual({
      node: "pve1",
      ip: "10.0.0.81",
      ip6: "fd00::81",
      interfaces: ["name=en05,hello_multiplier=3", "name=en06,hello_multiplier=3"],
    });
  });

  it("is made with its nodes and then applied", () => {
    const changes = plan(wanted, []);
    expect(calls(changes)).toEqual([
      "create-fabric",
      "create-node",
      "create-node",
      "create-node",
      "apply",
    ]);
    expect(changes.every(({ kind }) => kind === "add")).toBe(true);
  });

  it("is left alone when it runs as wanted, whatever the order of its properties", () => {
    expect(plan(wanted, [wanted])).toEqual([]);
  });

  it("is only applied when a run was cut before that", () => {
    expect(calls(plan(wanted, [wanted], []))).toEqual(["apply"]);
  });

  it("is changed where it differs, and other fabrics are not touched", () => {
    const slow: Fabric = { ...wanted, options: { ...wanted.options, hello_interval: "3" } };
    const [, ...fewer] = wanted.nodes;
    const foreign: Fabric = { ...wanted, id: "other", nodes: [] };
    const changes = plan(wanted, [{ ...slow, nodes: fewer }, foreign]);
    expect(calls(changes)).toEqual(["set-fabric", "create-node", "apply"]);
    expect(changes[0]).toMatchObject({
      kind: "change",
      from: expect.stringContaining("hello_interval=3"),
    });
  });

  it("loses a node that left the stack file", () => {
    const [, ...fewer] = wanted.nodes;
    const changes = plan({ ...wanted, nodes: fewer }, [wanted]);
    expect(calls(changes)).toEqual(["delete-node", "apply"]);
  });

  it("goes with the ring, and is gone when no node runs it any more", () => {
    expect(calls(plan(undefined, [wanted]))).toEqual(["delete-fabric", "apply"]);
    expect(calls(plan(undefined, [], [wanted]))).toEqual(["apply"]);
    expect(plan(undefined, [])).toEqual([]);
  });

  it("is read only from two whole answers", () => {
    const none = '{"fabrics":[],"nodes":[]}';
    expect(() => saidOf(FABRIC_LOOKS, [none])).toThrow(/it has no end/);
    expect(() => fabricFacts(saidOf(FABRIC_LOOKS, [none, "nonsense"]))).toThrow(/nonsense/);
  });
});

describe("the calls of the API", () => {
  const script = scriptOf(
    stepParts(
      plan(wanted, []).map(({ step }) => step),
      false,
    ),
  );

  it("are one script that a shell accepts, under SDN's lock", () => {
    for (const text of [script, scriptOf(FABRIC_LOOKS)]) {
      expect(() => execFileSync("sh", ["-n"], { input: text })).not.toThrow();
    }
    const edits = script
      .split("\n")
      .filter((line) => /pvesh (create|set).*(fabric|sdn) /.test(line));
    expect(edits.length).toBeGreaterThan(1);
    expect(script).toContain(
      "pvesh create /cluster/sdn/fabrics/node/ring --node_id pve1 --protocol openfabric --ip 10.0.0.81 --ip6 fd00::81 --interfaces name=en05,hello_multiplier=3 --interfaces name=en06,hello_multiplier=3 --lock-token",
    );
    expect(script).not.toContain("allow-pending");
  });

  it("take pending edits along only where they are of an earlier run", () => {
    expect(scriptOf(stepParts([{ call: "apply" }], true))).toContain(
      "/cluster/sdn/lock --allow-pending 1",
    );
  });

  it("release the lock and stop at the first that fails", () => {
    const log = execFileSync(
      "sh",
      [
        "-c",
        `pvesh() { echo "$1 $2" >> "$LOG"; test "$2" != /cluster/sdn/fabrics/fabric; }; LOG=$(mktemp); ( ${script} ) >/dev/null; cat "$LOG"; rm "$LOG"`,
      ],
      { encoding: "utf8" },
    );
    expect(log.trim().split("\n")).toEqual([
      "create /cluster/sdn/lock",
      "create /cluster/sdn/fabrics/fabric",
      "delete /cluster/sdn/lock",
    ]);
  });

  it("have failed where the log says so, although the task ends well", () => {
    expect(
      failedReloads(
        "pve-a: reloading network config\ncommand 'ifreload -a' failed: exit code 1\nproxy handler failed: ssh: connect to host\nTASK OK\n",
      ),
    ).toHaveLength(2);
    expect(failedReloads("pve-a: reloading network config\nTASK OK\n")).toEqual([]);
  });
});
