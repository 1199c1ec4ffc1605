import type { HardwareOverrides, HardwareProfileName } from "../schema/hardware.js";
import { HARDWARE } from "./catalogue.js";
import type { HardwareProfile } from "./profile.js";

export { HARDWARE } from "./catalogue.js";

export interface ResolvedHardware extends HardwareProfile {
  readonly profile: HardwareProfileName;
}

/** The machine of one node: its profile, with what the stack file says otherwise. */
export function resolveHardware(
  profile: HardwareProfileName,
  overrides: HardwareOverrides = {},
): ResolvedHardware {
  const known = HARDWARE[profile];
  return {
    ...known,
    profile,
    ...(overrides.memory === undefined ? {} : { memory: overrides.memory }),
    ...(overrides.threads === undefined ? {} : { threads: overrides.threads }),
    reserve: overrides.reserve ?? known.reserve,
    nics: overrides.nics?.map(({ name, speed }) => ({ name, speedMbit: speed })) ?? known.nics,
    thunderboltPorts: overrides.thunderboltPorts ?? known.thunderboltPorts,
    ringMtu: overrides.ringMtu ?? known.ringMtu,
    watchdog: overrides.watchdog ?? known.watchdog,
    kernelParameters: overrides.kernelParameters ?? known.kernelParameters,
  };
}
