import { z } from "zod";
import { field } from "./field.js";
import { interfaceName, mtu } from "./primitives.js";
import { oneLine } from "./text.js";
import { rate, size } from "./units.js";

export const HARDWARE_PROFILES = ["ms-01", "gtr7", "genoa-a16", "ai-max", "generic"] as const;
export const hardwareProfile = z.enum(HARDWARE_PROFILES);
export type HardwareProfileName = z.output<typeof hardwareProfile>;

/** They pass through a shell, the boot loader and the kernel: what any of these takes for more than a letter stays out. */
export const kernelParameter = oneLine.regex(
  /^[A-Za-z0-9_][A-Za-z0-9_.:,=@/+*%~-]*$/,
  "write one kernel parameter an entry, without blanks, quotes and signs of a shell: iommu=pt",
);

const thunderboltPort = z.strictObject({
  name: field(interfaceName, "Name that the port gets.", "en05"),
  path: field(
    oneLine.regex(/^pci-[0-9a-f]{4}:[0-9a-f]{2}:[0-9a-f]{2}\.[0-9a-f]$/i),
    "PCI path of the controller, as udev's ID_PATH shows it.",
    "pci-0000:00:0d.2",
  ),
});

const nic = z.strictObject({
  name: field(interfaceName, "Name of the network card's port.", "enp87s0"),
  speed: field(rate, "Nominal speed.", "2500Mbit/s"),
});

/** What differs on one machine from its hardware profile. */
export const hardwareOverrides = z.strictObject({
  memory: field(size.optional(), "Installed memory.", "96GiB"),
  threads: field(z.int().min(1).optional(), "Processor threads.", 20),
  reserve: field(
    z
      .strictObject({
        memory: field(size, "Memory that the host keeps for itself, Ceph not counted.", "6GiB"),
        threads: field(z.int().min(1), "Threads that the host keeps for itself.", 2),
      })
      .optional(),
    "What guests may never use.",
  ),
  nics: field(z.array(nic).optional(), "Network cards and their speeds."),
  thunderboltPorts: field(
    z.array(thunderboltPort).optional(),
    "Thunderbolt or USB4 ports that carry the ring.",
  ),
  ringMtu: field(mtu.optional(), "MTU of the ring on this platform.", 65520),
  watchdog: field(
    z.enum(["softdog", "iTCO_wdt", "ipmi_watchdog", "sp5100_tco"]).optional(),
    "Watchdog module that Proxmox HA feeds.",
    "iTCO_wdt",
  ),
  kernelParameters: field(
    z.array(kernelParameter).optional(),
    "Kernel parameters that the machine needs.",
    ["intel_iommu=on", "iommu=pt"],
  ),
});
export type HardwareOverrides = z.output<typeof hardwareOverrides>;
