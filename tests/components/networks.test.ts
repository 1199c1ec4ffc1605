import { describe, expect, it } from "vitest";
import { type Registered, runProgram } from "./recording.js";

const named = (resources: readonly Registered[], name: string): Registered => {
  const found = resources.find((one) => one.name === name);
  if (found === undefined) {
    throw new Error(`no ${name} among ${resources.map((one) => one.name).join(", ")}`);
  }
  return found;
};

describe("the gates of networks", () => {
  it("compare bonds with their partners before there is a cluster", async () => {
    const { resources } = await runProgram("pve1");
    const gate = named(resources, "bonds-gate");
    expect(gate.type).toMatch(/Bonds$/);
    expect(gate.inputs.hosts).toHaveLength(3);
    expect(gate.inputs.hosts).toMatchObject([
      { bonds: [{ name: "bond0", ports: ["enp65s0f0np0", "enp65s0f1np1"] }] },
      {},
      {},
    ]);
  });

  it("are none for stacks without bonds, and hold nothing up for the sake of the cabling", async () => {
    const { resources, outputs } = await runProgram("frege");
    expect(resources.map(({ name }) => name)).not.toContain("bonds-gate");
    expect(outputs.bonds?.value).toEqual([]);
    const cabling = named(resources, "cabling-seen");
    expect(cabling.inputs.declared).toEqual([]);
    const waiting = resources.filter(({ dependencies }) => dependencies.includes("cabling-seen"));
    expect(waiting).toEqual([]);
  });
});

describe("a ring that an SDN fabric routes", () => {
  const changes = {
    networks: {
      management: {
        cidr: "10.203.3.0/24",
        gateway: "10.203.3.1",
        on: "vmbr0",
        reserved: ["10.203.3.99"],
      },
      ring: {
        thunderbolt: { ports: ["en05", "en06"], owner: "sdn-fabric" },
        loopbacks: "10.255.1.0/24",
      },
    },
    corosync: { links: ["management"] },
  };

  it("is made by the cluster's members, and proved after that", async () => {
    const { resources } = await runProgram("frege", { changes });
    expect(resources.map(({ name }) => name)).not.toContain("ring-paths");
    const sdn = named(resources, "ring-fabric-sdn");
    expect(sdn.inputs).toMatchObject({ fabric: "ring", protocol: "openfabric" });
    // A component that waits holds its children back.
    expect(sdn.parent).toBe("ring-fabric");
    expect(named(resources, "ring-fabric").dependencies).toContain("ms01-founded");
    expect(named(resources, "ring-fabric-paths").dependencies).toContain("ring-fabric-sdn");
  });

  it("leaves FRR's files to Proxmox, but for what a fabric cannot say", async () => {
    const { resources } = await runProgram("frege", { changes });
    const { files } = named(resources, "ring-frege").inputs;
    const paths = Array.isArray(files)
      ? files.map((file: unknown) => Reflect.get(Object(file), "path"))
      : [];
    expect(paths.filter((one) => String(one).startsWith("/etc/frr/"))).toEqual([
      "/etc/frr/frr.conf.local",
    ]);
  });
});

describe("what a gate of a network was measured over", () => {
  const carriedBy = async (
    gate: string,
    changes: Readonly<Record<string, unknown>> = {},
  ): Promise<unknown> =>
    named((await runProgram("frege", { changes })).resources, gate).inputs.carriedBy;
  const networks = (
    ring: Readonly<Record<string, unknown>>,
    management: Readonly<Record<string, unknown>> = {},
  ) => ({
    networks: {
      management: {
        cidr: "10.203.3.0/24",
        gateway: "10.203.3.1",
        on: "vmbr0",
        ...management,
      },
      ring: {
        thunderbolt: { ports: ["en05", "en06"], ...ring },
        loopbacks: "10.255.1.0/24",
      },
    },
    corosync: { links: ["management"] },
  });
  const routedBy = (protocol: string) => networks({ protocol });

  it("stays while nothing of it changes", async () => {
    const first = await carriedBy("ring-paths");
    expect(first).toMatch(/^[0-9a-f]{64}$/);
    expect(await carriedBy("ring-paths")).toBe(first);
  });

  it("is another one when the ring is routed by another protocol", async () => {
    expect(await carriedBy("ring-paths", routedBy("ospf"))).not.toBe(
      await carriedBy("ring-paths", routedBy("openfabric")),
    );
  });

  it("is another one for every network when a host's interfaces change", async () => {
    const further = { routes: [{ to: "10.77.0.0/16", via: "10.203.3.2" }] };
    expect(await carriedBy("management-gate", networks({}, further))).not.toBe(
      await carriedBy("management-gate", networks({})),
    );
  });

  it("is another one when the fabric that routes it is", async () => {
    const fabric = (area: Readonly<Record<string, unknown>>) =>
      carriedBy("ring-fabric-paths", networks({ owner: "sdn-fabric", ...area }));
    expect(await fabric({ protocol: "ospf" })).not.toBe(await fabric({ protocol: "openfabric" }));
  });
});
