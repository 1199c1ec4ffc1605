import type { HardwareCatalogue } from "./profile.js";

const GIB = 2 ** 30;

/** The smallest MTU that every card, cable and switch carries. */
const SAFE_MTU = 1500;

export const HARDWARE: HardwareCatalogue = {
  "ms-01": {
    description: "Minisforum MS-01: Core i9-13900H, two 10G and two 2.5G ports, vPro.",
    cpu: "intel",
    memory: 96 * GIB,
    threads: 20,
    reserve: { memory: 4 * GIB, threads: 2 },
    nics: [
      { name: "enp2s0f0np0", speedMbit: 10_000 },
      { name: "enp2s0f1np1", speedMbit: 10_000 },
      { name: "enp87s0", speedMbit: 2_500 },
      { name: "enp90s0", speedMbit: 2_500 },
    ],
    thunderboltPorts: [
      { name: "en05", path: "pci-0000:00:0d.2" },
      { name: "en06", path: "pci-0000:00:0d.3" },
    ],
    // The driver takes 65522; Proxmox's own interface takes 65520.
    ringMtu: 65_520,
    watchdog: "iTCO_wdt",
    kernelParameters: ["intel_iommu=on", "iommu=pt"],
    fenceKinds: ["amt"],
    interruptCores: "performance",
  },
  gtr7: {
    description: "Beelink GTR7: Ryzen 7 7840HS, two 2.5G ports, USB4.",
    cpu: "amd",
    memory: 32 * GIB,
    threads: 16,
    reserve: { memory: 3 * GIB, threads: 2 },
    nics: [
      { name: "enp1s0", speedMbit: 2_500 },
      { name: "enp2s0", speedMbit: 2_500 },
    ],
    thunderboltPorts: [
      { name: "en05", path: "pci-0000:ca:00.5" },
      { name: "en06", path: "pci-0000:ca:00.6" },
    ],
    // A packet of 4000 bytes fits one frame of the cable, so nothing has to be put together again.
    ringMtu: 4_000,
    watchdog: "sp5100_tco",
    kernelParameters: ["iommu=pt"],
    fenceKinds: [],
    interruptCores: "all",
  },
  "genoa-a16": {
    description: "EPYC 9534 server: two 200G ports, 12 NVMe disks, NVIDIA A16, Redfish BMC.",
    cpu: "amd",
    // Twelve OSDs alone need 48 to 96 GiB, so the 72 GB of the deployment plan are taken for a slip; twelve
    // channels of 64 GB are the usual equipment.
    memory: 768 * GIB,
    threads: 128,
    reserve: { memory: 4 * GIB, threads: 4 },
    nics: [
      { name: "enp65s0f0np0", speedMbit: 200_000 },
      { name: "enp65s0f1np1", speedMbit: 200_000 },
      { name: "eno1", speedMbit: 1_000 },
    ],
    thunderboltPorts: [],
    ringMtu: SAFE_MTU,
    watchdog: "ipmi_watchdog",
    kernelParameters: ["iommu=pt"],
    fenceKinds: ["redfish", "ipmi"],
    interruptCores: "all",
  },
  "ai-max": {
    description: "Ryzen AI Max board: two 10G ports and one 2.5G port, no management controller.",
    cpu: "amd",
    threads: 32,
    reserve: { memory: 4 * GIB, threads: 2 },
    nics: [
      { name: "enp1s0f0", speedMbit: 10_000 },
      { name: "enp1s0f1", speedMbit: 10_000 },
      { name: "enp3s0", speedMbit: 2_500 },
    ],
    // The paths of its USB4 controllers differ from board to board; say them under `overrides` for a ring.
    thunderboltPorts: [],
    ringMtu: 4_000,
    watchdog: "sp5100_tco",
    kernelParameters: ["iommu=pt"],
    fenceKinds: [],
    interruptCores: "all",
  },
  generic: {
    description: "Any other machine. Say under `overrides` what the program should know about it.",
    cpu: "unknown",
    reserve: { memory: 4 * GIB, threads: 2 },
    nics: [],
    thunderboltPorts: [],
    ringMtu: SAFE_MTU,
    watchdog: "softdog",
    kernelParameters: [],
    fenceKinds: ["redfish", "ipmi", "amt"],
    interruptCores: "all",
  },
};
