import type { Secret } from "../base/secret.js";

/** Only `off` means off: anything that a device does not state clearly is `unknown`. */
export type PowerState = "on" | "off" | "unknown";

export interface MachineIdentity {
  readonly uuid?: string;
  readonly hostname?: string;
}

/**
 * The power switch of one machine. `off`, `on` and `cycle` return when the device has accepted the request or the
 * machine is in that state already; only `state` tells whether it happened. Every call is bounded by the deadline
 * that the controller was made with, and fails with a {@link PowerError}.
 */
export interface PowerController {
  identity(): Promise<MachineIdentity>;
  state(): Promise<PowerState>;
  off(): Promise<void>;
  on(): Promise<void>;
  cycle(): Promise<void>;
}

export interface PowerLogin {
  readonly user: string;
  readonly password: Secret;
}
