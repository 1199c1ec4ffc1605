import { describe, expect, it } from "vitest";
import { plannedOf } from "../../../../automation/engine/part/planned.js";
import { NODES, plannedWith, savedPreview } from "./planned-cluster.js";

const URN = "urn:pulumi:frege::proxmox-ha::";

function placeOf(type: string, name: string, parent = "", nodes: readonly string[] = NODES) {
  const saved = {
    resourcePlans: { [`${URN}${type}::${name}`]: { goal: { parent }, steps: ["create"] } },
  };
  const [one] = plannedOf(saved, nodes);
  return [one?.phase, one?.node];
}

describe("what a saved preview says", () => {
  it("is each resource with what would be done and what stands before it", () => {
    const planned = plannedWith({ "management-gate": ["update", "carriedBy"] });
    const gate = planned.find(({ name }) => name === "management-gate");
    expect(gate).toMatchObject({
      kind: "host/Paths",
      phase: "network",
      node: undefined,
      op: "update",
      changed: ["carriedBy"],
      isGate: true,
      isComponent: false,
      needs: [`${URN}proxmox-ha:network:NetworkPaths::management`],
    });
  });

  it("leaves the engine's own out, and has a removal that no wish stands for any more", () => {
    const saved = {
      resourcePlans: {
        [`${URN}pulumi:pulumi:Stack::proxmox-ha-frege`]: { goal: {}, steps: ["same"] },
        [`${URN}proxmox-ha:host:HostBase$pulumi-nodejs:dynamic/host:Files::frege-extra`]: {
          goal: null,
          steps: ["delete"],
        },
      },
    };
    expect(plannedOf(saved, NODES)).toMatchObject([
      { name: "frege-extra", phase: "hosts", node: "frege", op: "delete", needs: [] },
    ]);
  });

  it("takes a replacement for one", () => {
    const one = `${URN}proxmox-ha:guests:Image$pulumi-nodejs:dynamic/guest:Image::a`;
    const steps = ["create-replacement", "replace", "delete-replaced"];
    expect(plannedOf({ resourcePlans: { [one]: { goal: {}, steps } } }, NODES)).toMatchObject([
      { op: "replace", phase: "guests" },
    ]);
  });

  it("is not taken from something else", () => {
    expect(() => plannedOf({ resources: [] }, NODES)).toThrow(/resourcePlans/);
    expect(plannedOf(savedPreview({}), NODES).every(({ op }) => op === "same")).toBe(true);
  });
});

describe("where a resource belongs", () => {
  it("is no sooner than what it waits for: a host's packages behind the ring's routing are the network's", () => {
    const host = `${URN}proxmox-ha:host:HostBase$pulumi-nodejs:dynamic/host`;
    const routing = `${URN}proxmox-ha:network:ThunderboltRing$pulumi-nodejs:dynamic/host:Files::ring-frege`;
    const plan = (dependencies: readonly string[]) => ({
      goal: { dependencies },
      steps: ["create"],
    });
    const saved = {
      resourcePlans: {
        [`${host}:Packages::frege-first-packages`]: plan([]),
        [`${host}:Reboot::frege-reboot`]: plan([`${host}:Packages::frege-first-packages`]),
        [`${host}:Packages::frege-packages`]: plan([routing]),
        [`${host}:Files::frege-services`]: plan([`${host}:Packages::frege-packages`]),
        [routing]: plan([`${host}:Reboot::frege-reboot`]),
      },
    };
    const places = plannedOf(saved, NODES).map(({ name, phase, node }) => [name, phase, node]);
    expect(places).toEqual([
      ["frege-first-packages", "hosts", "frege"],
      ["frege-reboot", "hosts", "frege"],
      ["frege-packages", "network", "frege"],
      ["frege-services", "network", "frege"],
      ["ring-frege", "network", "frege"],
    ]);
  });

  const dynamic = (component: string, kind: string): string =>
    `proxmox-ha:${component}$pulumi-nodejs:dynamic/${kind}`;

  it.each([
    [dynamic("host:HostBase", "host:Files"), "frege-ssh", "hosts", "frege"],
    [dynamic("host:ClockAgreement", "host:Clocks"), "clocks-gate", "network", undefined],
    [dynamic("network:ThunderboltRing", "host:Network"), "ring-russell", "network", "russell"],
    [dynamic("network:ThunderboltRing", "host:Paths"), "ring-paths", "network", undefined],
    [dynamic("cluster:CorosyncCluster", "pvecm:Member"), "ms01-russell", "cluster", "russell"],
    [dynamic("cluster:CorosyncCluster", "pvecm:Cluster"), "ms01-founded", "cluster", undefined],
    [dynamic("cluster:DatacenterOptions", "datacenter:Options"), "datacenter-options", "storage"],
    [dynamic("ceph:CephCluster", "pveceph:Daemon"), "ceph-frege-monitor", "ceph", "frege"],
    [dynamic("fencing:Fencing", "fencing:Machine"), "fencing-machine-frege", "fencing", "frege"],
    ["pulumi-nodejs:dynamic/pvesm:Servers", "storages-servers", "storage", undefined],
    ["pulumi-nodejs:dynamic/pvecm:Roster", "nodes", undefined, undefined],
  ] as const)("%s %s", (type, name, phase, node?) => {
    expect(placeOf(type, name)).toEqual([phase, node]);
  });

  it("is told by the longest of two names of nodes, and not by the cluster's own", () => {
    const nodes = ["pve1", "pve1-node1", "pve1-node2"];
    const member = dynamic("cluster:CorosyncCluster", "pvecm:Member");
    expect(placeOf(member, "pve1-pve1-node2", "", nodes)).toEqual(["cluster", "pve1-node2"]);
    const founded = dynamic("cluster:CorosyncCluster", "pvecm:Cluster");
    expect(placeOf(founded, "pve1-founded", "", nodes)).toEqual(["cluster", undefined]);
  });

  it("is the phase that a command of the stack stands at", () => {
    const hooks = `${URN}proxmox-ha:hooks:PhaseHooks::after-network`;
    expect(placeOf("proxmox-ha:hooks:PhaseHooks$command:local:Command", "hook-1", hooks)).toEqual([
      "network",
      undefined,
    ]);
  });
});
