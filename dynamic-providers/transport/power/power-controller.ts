import type { Secret } from "../base/secret.js";

/** Only `off` means off: anything that a device does not state clearly is `unknown`. */
export type PowerState = "on" | "off" | "unknown";

export interface MachineIdentity {
  readonly uuid?: string;
  readonly hostname?: string;
}

/**
 * What the controller of one machine says. Nothing here switches power: that is the fencer's, on the hosts. Every call is bounded
 * by the deadline that the controller was made with, and fails with a {@link PowerError}.
 */
export interface PowerController {
  identity(): Promise<MachineIdentity>;
  state(): Promise<PowerState>;
}

export interface PowerLogin {
  readonly user: string;
  readonly password: Secret;
}
