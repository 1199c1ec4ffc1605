import { describe, expect, it } from "vitest";
import { twinPlanSchema } from "../../../plan/twin-plan.js";
import { plannedTwin } from "../planned-twin.js";

describe("the twin that a stack file describes", () => {
  it.each(["frege", "pve1", "homelab", "gtr7"])("is complete and valid for %s", (stack) => {
    const plan = plannedTwin(stack);
    expect(twinPlanSchema.parse(plan)).toEqual(plan);
    const macs = plan.hosts.flatMap((host) => host.ports.map((port) => port.mac));
    expect(new Set(macs).size).toBe(macs.length);
  });

  it("gives frege its ring, its NAS and one AMT device a node", () => {
    const plan = plannedTwin("frege");
    expect(plan.cables.map((cable) => cable.mtu)).toEqual([65_520, 65_520, 65_520]);
    expect(plan.nas).toEqual([
      {
        name: "nas",
        address: "10.203.3.99",
        network: "management",
        exports: ["/volume1/proxmox/backups", "/volume1/proxmox/isos", "/volume1/proxmox/vms"],
      },
    ]);
    expect(plan.bmcs.map((bmc) => `${bmc.kind} ${bmc.address}`)).toEqual([
      "amt 10.203.3.21",
      "amt 10.203.3.22",
      "amt 10.203.3.23",
    ]);
  });

  it("lets the controller stand where hosts look for a router and a name server", () => {
    const management = plannedTwin("pve1").networks.find(
      (network) => network.name === "management",
    );
    expect(management?.controller).toEqual([
      "10.30.0.1/24",
      "10.30.0.254/24",
      "10.30.0.2/24",
      "10.30.0.3/24",
    ]);
  });

  it("installs a host on the tag that its management network has", () => {
    const [host] = plannedTwin("homelab").hosts;
    expect(host?.installed).toEqual({
      port: "enp2s0f0np0",
      bridge: "vmbr0",
      vlan: 16,
      device: "vmbr0.16",
    });
  });

  it("plugs ports of one bond into one switch and the corosync port into another", () => {
    const host = plannedTwin("homelab").hosts.find((one) => one.name === "pve-aimax-01");
    const plugged = host?.ports.map((port) => [
      port.name,
      port.plug.kind === "switch" ? port.plug.switch : port.plug.kind,
    ]);
    expect(plugged).toEqual([
      ["enp1s0f0", "vmbr0"],
      ["enp1s0f1", "vmbr0"],
      ["enp3s0", "corosync0"],
    ]);
  });

  it("says what it has no counterpart for", () => {
    expect(plannedTwin("pve1").remarks).toContain("identity: the twin has no Active Directory");
  });
});
