import type { HardwareProfileName } from "../schema/hardware.js";
import type { ResolvedHardware } from "./resolved.js";

const GIB = 2 ** 30;

type Profile = Omit<ResolvedHardware, "profile">;

/** What follows from the machine. Names and paths of ports are those of the usual firmware; nodes may override. */
export const PROFILES: Readonly<Record<HardwareProfileName, Profile>> = {
  "ms-01": {
    memory: 96 * GIB,
    threads: 20,
    reserve: { memory: 6 * GIB, threads: 2 },
    nics: [
      { name: "enp87s0", speed: 2_500 },
      { name: "enp90s0", speed: 2_500 },
      { name: "enp2s0f0np0", speed: 10_000 },
      { name: "enp2s0f1np1", speed: 10_000 },
    ],
    thunderboltPorts: [
      { name: "en05", path: "pci-0000:00:0d.2" },
      { name: "en06", path: "pci-0000:00:0d.3" },
    ],
    ringMtu: 65_520,
    watchdog: "iTCO_wdt",
    kernelParameters: ["intel_iommu=on", "iommu=pt"],
  },
  gtr7: {
    memory: 32 * GIB,
    threads: 16,
    reserve: { memory: 4 * GIB, threads: 2 },
    nics: [
      { name: "enp1s0", speed: 2_500 },
      { name: "enp2s0", speed: 2_500 },
    ],
    thunderboltPorts: [
      { name: "en05", path: "pci-0000:ca:00.5" },
      { name: "en06", path: "pci-0000:ca:00.6" },
    ],
    ringMtu: 4_000,
    watchdog: "sp5100_tco",
    kernelParameters: ["iommu=pt"],
  },
  "genoa-a16": {
    threads: 128,
    reserve: { memory: 16 * GIB, threads: 4 },
    nics: [
      { name: "enp65s0f0np0", speed: 200_000 },
      { name: "enp65s0f1np1", speed: 200_000 },
      { name: "eno1", speed: 1_000 },
    ],
    thunderboltPorts: [],
    ringMtu: 1_500,
    watchdog: "ipmi_watchdog",
    kernelParameters: ["amd_iommu=on", "iommu=pt"],
  },
  "ai-max": {
    reserve: { memory: 8 * GIB, threads: 2 },
    nics: [],
    thunderboltPorts: [],
    ringMtu: 4_000,
    watchdog: "sp5100_tco",
    kernelParameters: ["iommu=pt"],
  },
  generic: {
    reserve: { memory: 4 * GIB, threads: 2 },
    nics: [],
    thunderboltPorts: [],
    ringMtu: 1_500,
    watchdog: "softdog",
    kernelParameters: [],
  },
};
