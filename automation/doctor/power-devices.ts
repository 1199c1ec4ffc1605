import type { FenceDevicePlan } from "../../config/plan/fence.js";
import type { SecretRef } from "../../config/schema/primitives.js";
import { amtController } from "../../dynamic-providers/transport/amt/amt-controller.js";
import type { Secret } from "../../dynamic-providers/transport/base/secret.js";
import { ipmiController } from "../../dynamic-providers/transport/ipmi/ipmi-controller.js";
import {
  type SeenCertificate,
  seeCertificate,
} from "../../dynamic-providers/transport/power/pinned-tls.js";
import type {
  MachineIdentity,
  PowerController,
  PowerState,
} from "../../dynamic-providers/transport/power/power-controller.js";
import {
  PowerError,
  type PowerFailure,
} from "../../dynamic-providers/transport/power/power-error.js";
import { redfishController } from "../../dynamic-providers/transport/redfish/redfish-controller.js";
import { type Trouble, troubleOf } from "./trouble.js";

/** What one power device said, or why it said nothing. */
export interface DeviceAnswer {
  readonly device: Pick<
    FenceDevicePlan,
    "node" | "kind" | "address" | "uuid" | "fingerprint" | "level"
  >;
  readonly certificate?: SeenCertificate;
  readonly outcome:
    | { readonly kind: "answered"; readonly identity: MachineIdentity; readonly state: PowerState }
    | ({ readonly kind: "failed"; readonly failure: PowerFailure } & Trouble)
    | ({ readonly kind: "no-secret" } & Trouble)
    | { readonly kind: "not-asked" };
}

/** A management engine that sleeps needs a moment; one that hangs must not hold up the answer. */
const DEADLINE_MS = 8_000;

/** Reads identity and state of one device; switches nothing. */
export async function askDevice(
  device: FenceDevicePlan,
  resolve: (reference: SecretRef) => Promise<Secret>,
): Promise<DeviceAnswer> {
  if (device.kind === "pdu") {
    return { device, outcome: { kind: "not-asked" } };
  }
  let password: Secret;
  try {
    password = await resolve(device.password);
  } catch (error) {
    return { device, outcome: { kind: "no-secret", ...troubleOf(error) } };
  }
  let certificate: SeenCertificate | undefined;
  try {
    const peer = { host: device.address, port: device.port };
    certificate = device.kind === "ipmi" ? undefined : await seeCertificate(peer, DEADLINE_MS);
    const controller = controllerOf(device, peer, password, certificate);
    const identity = await controller.identity();
    const state = await controller.state();
    return {
      device,
      ...(certificate === undefined ? {} : { certificate }),
      outcome: { kind: "answered", identity, state },
    };
  } catch (error) {
    const failure = error instanceof PowerError ? error.failure : "protocol";
    return {
      device,
      ...(certificate === undefined ? {} : { certificate }),
      outcome: { kind: "failed", failure, ...troubleOf(error) },
    };
  }
}

function controllerOf(
  device: FenceDevicePlan,
  peer: { readonly host: string; readonly port: number },
  password: Secret,
  certificate: SeenCertificate | undefined,
): PowerController {
  const login = { user: device.user, password };
  // Without a pin the certificate of this moment is taken, so that the login goes to the device that was looked at.
  const fingerprints = [device.fingerprint ?? certificate?.fingerprint ?? ""];
  const common = { ...peer, login, deadlineMs: DEADLINE_MS };
  if (device.kind === "redfish") {
    const { system } = device;
    return redfishController({
      ...common,
      fingerprints,
      ...(system === undefined ? {} : { system }),
    });
  }
  return device.kind === "amt"
    ? amtController({ ...common, fingerprints })
    : ipmiController({ ...common, cipherSuite: device.cipherSuite ?? 17 });
}
