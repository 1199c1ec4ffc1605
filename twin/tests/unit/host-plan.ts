import type { HostPlan } from "../../plan/twin-plan.js";

/** A host as the installer leaves it: one port in a switch, one ring cable, no further disks. */
export function hostPlan(differences: Partial<HostPlan> = {}): HostPlan {
  return {
    name: "hume",
    fqdn: "hume.home.example",
    uuid: "11111111-2222-4333-8444-555555555555",
    address: { ip: "192.0.2.11", prefix: 24 },
    gateway: "192.0.2.1",
    ports: [
      { name: "eno1", mac: "02:00:00:00:00:01", plug: { kind: "switch", switch: "lan" } },
      { name: "eno2", mac: "02:00:00:00:00:02", plug: { kind: "none" } },
      { name: "en05", mac: "02:00:00:00:00:05", plug: { kind: "cable", cable: "ring" } },
    ],
    installed: { port: "eno1", bridge: "vmbr0", device: "vmbr0" },
    disks: [],
    ...differences,
  };
}
