import { describe, expect, it } from "vitest";
import { parameterStore, type Registered, type Run, runProgram } from "./recording.js";

const ssm = { region: "us-west-2", prefix: "/ms01", publish: true };

function parameters(run: Run): Registered[] {
  return run.resources.filter(({ type }) => type === "aws:ssm/parameter:Parameter");
}

function values(run: Run): Record<string, unknown> {
  return Object.fromEntries(
    parameters(run).map(({ inputs }) => [String(inputs.name), inputs.insecureValue]),
  );
}

describe("what a cluster publishes", () => {
  it("is nothing, and no plugin is asked for, unless the stack says so", async () => {
    const run = await runProgram("frege");
    expect(run.resources.filter(({ type }) => type.includes("aws"))).toEqual([]);
  });

  it("lies below the stack's prefix, by one scheme, on pve1", async () => {
    const run = await runProgram("pve1", { preview: true });
    expect(values(run)).toMatchObject({
      "/pve1/cluster/name": "pve1",
      "/pve1/cluster/id": "pve1",
      "/pve1/cluster/nodes": "pve1-node1,pve1-node2,pve1-node3",
      "/pve1/cluster/endpoint": "https://10.30.0.11:8006/",
      "/pve1/cluster/join_address": "10.30.0.11",
      "/pve1/nodes/node1/hostname": "pve1-node1",
      "/pve1/nodes/node1/vlan6_ip": "10.30.0.11",
      "/pve1/nodes/node1/ipmi_ip": "10.30.100.11",
      "/pve1/network/vlan6/subnet": "10.30.0.0/24",
      "/pve1/network/vlan6/gateway": "10.30.0.1",
      "/pve1/network/vlan6/vlan_id": "6",
      "/pve1/network/vlan6/name": "management",
    });
    expect(
      parameters(run).find(({ inputs }) => inputs.name === "/pve1/cluster/nodes")?.inputs.type,
    ).toBe("StringList");
  });

  it("has the ring map where there is a ring", async () => {
    const run = await runProgram("frege", { changes: { secrets: { ssm } } });
    const map: unknown = JSON.parse(String(values(run)["/ms01/cluster/rings"]));
    expect(map).toMatchObject({ ring: { members: { frege: {} } } });
    expect(JSON.parse(String(values(run)["/ms01/cluster/links"]))).toMatchObject({
      0: { network: "management", addresses: { russell: "10.203.3.12" } },
      1: { network: "ring", addresses: { russell: "169.254.1.2" } },
    });
  });

  it.each(["frege", "pve1", "homelab", "gtr7"])(
    "is one plain value of 1 to 4096 bytes for each path, after the cluster, on %s",
    async (stack) => {
      const run = await runProgram(stack, { changes: { secrets: { ssm } }, preview: true });
      const declared = parameters(run);
      const paths = declared.map(({ inputs }) => String(inputs.name));
      expect(paths.length).toBeGreaterThan(10);
      expect(new Set(paths).size).toBe(paths.length);
      for (const { inputs, provider, parent } of declared) {
        const size = Buffer.byteLength(String(inputs.insecureValue));
        expect([inputs.name, size > 0 && size <= 4096]).toEqual([inputs.name, true]);
        expect(inputs).not.toHaveProperty("value");
        expect(String(inputs.name)).toMatch(/^\/ms01(\/[a-zA-Z0-9_.-]+){2,3}$/);
        expect([provider, parent]).toEqual(["published-aws", "published"]);
      }
      const whole = run.resources.find(({ name }) => name === "published");
      expect(whole?.dependencies.some((name) => name.endsWith("-links"))).toBe(true);
    },
  );

  it("has no reference to a secret and no value of one", async () => {
    const run = await runProgram("pve1", { preview: true });
    const text = JSON.stringify(parameters(run));
    expect(text).not.toMatch(/password|secret_access_key|bind_|value of/);
    expect(parameterStore.calls.every(({ WithDecryption }) => !WithDecryption)).toBe(true);
  });
});
