import type { HardwareOverrides, HardwareProfileName } from "../schema/hardware.js";
import { PROFILES } from "./profiles.js";
import type { ResolvedHardware } from "./resolved.js";

export type {
  NicHardware,
  ResolvedHardware,
  ThunderboltPortHardware,
  Watchdog,
} from "./resolved.js";

/** The profile with what one machine says differently; a list that is given replaces the profile's. */
export function resolveHardware(
  profile: HardwareProfileName,
  overrides: HardwareOverrides | undefined = undefined,
): ResolvedHardware {
  const base = PROFILES[profile];
  const memory = overrides?.memory ?? base.memory;
  const threads = overrides?.threads ?? base.threads;
  return {
    profile,
    ...(memory === undefined ? {} : { memory }),
    ...(threads === undefined ? {} : { threads }),
    reserve: overrides?.reserve ?? base.reserve,
    nics: overrides?.nics ?? base.nics,
    thunderboltPorts: overrides?.thunderboltPorts ?? base.thunderboltPorts,
    ringMtu: overrides?.ringMtu ?? base.ringMtu,
    watchdog: overrides?.watchdog ?? base.watchdog,
    kernelParameters: overrides?.kernelParameters ?? base.kernelParameters,
  };
}
