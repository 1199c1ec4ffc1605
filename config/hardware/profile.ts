import type { HardwareProfileName } from "../schema/hardware.js";

export type Watchdog = "softdog" | "iTCO_wdt" | "ipmi_watchdog" | "sp5100_tco";
export type FenceKind = "redfish" | "amt" | "ipmi" | "pdu";

export interface ThunderboltPort {
  readonly name: string;
  /** udev's ID_PATH of the controller: the only property of the port that survives a new cable. */
  readonly path: string;
}

export interface NetworkPort {
  readonly name: string;
  readonly speedMbit: number;
}

/** What follows from a kind of machine. Every value can be overridden at a node. */
export interface HardwareProfile {
  readonly description: string;
  readonly cpu: "intel" | "amd" | "unknown";
  /** Installed memory in bytes; absent where machines of this kind differ too much to assume one. */
  readonly memory?: number;
  readonly threads?: number;
  /** What the operating system and Proxmox themselves need; Ceph and the ZFS cache come on top. */
  readonly reserve: { readonly memory: number; readonly threads: number };
  readonly nics: readonly NetworkPort[];
  readonly thunderboltPorts: readonly ThunderboltPort[];
  readonly ringMtu: number;
  readonly watchdog: Watchdog;
  readonly kernelParameters: readonly string[];
  /** Controllers that the machine itself has. A switched outlet fits every machine. */
  readonly fenceKinds: readonly FenceKind[];
  /** Where interrupts of the ring belong. Slow cores cost most of the throughput. */
  readonly interruptCores: "performance" | "all";
}

export type HardwareCatalogue = Readonly<Record<HardwareProfileName, HardwareProfile>>;
