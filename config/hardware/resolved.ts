import type { HardwareOverrides, HardwareProfileName } from "../schema/hardware.js";

export type Watchdog = NonNullable<HardwareOverrides["watchdog"]>;

export interface NicHardware {
  readonly name: string;
  readonly speed: number;
}

export interface ThunderboltPortHardware {
  readonly name: string;
  /** udev's ID_PATH of the controller. */
  readonly path: string;
}

/** A machine as planners see it: its profile with what the node overrides. Sizes in bytes, speeds in Mbit/s. */
export interface ResolvedHardware {
  readonly profile: HardwareProfileName;
  /** Installed memory; absent where neither the profile nor the node says it, and then nothing is judged by it. */
  readonly memory?: number;
  readonly threads?: number;
  readonly reserve: { readonly memory: number; readonly threads: number };
  readonly nics: readonly NicHardware[];
  readonly thunderboltPorts: readonly ThunderboltPortHardware[];
  readonly ringMtu: number;
  readonly watchdog: Watchdog;
  readonly kernelParameters: readonly string[];
}
