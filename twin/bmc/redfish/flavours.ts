import type { redfishFlavours } from "../config.js";
import type { PowerState } from "../power.js";

export type RedfishFlavour = (typeof redfishFlavours)[number];

/** Where vendors differ in ways that a client notices. */
export interface Vendor {
  readonly vendor: string;
  readonly product: string;
  readonly systemId: string;
  readonly managerId: string;
  readonly chassisId: string;
  readonly resetTypes: readonly string[];
  /** Whether the allowed types stand in the action or behind `@Redfish.ActionInfo`. */
  readonly resetTypesIn: "action" | "action-info";
  readonly accepted: 200 | 202 | 204;
  /** Answer to a request for the state that the host is in already. */
  readonly noOp: "accepted" | { readonly status: 400 | 409; readonly messageId: string };
  /** Answer to a PATCH without If-Match. */
  readonly withoutIfMatch: "accepted" | { readonly status: 428; readonly messageId: string };
  readonly weakEtags: boolean;
  /** Whether UUIDs are shown with the first three groups byte-swapped, as SMBIOS stores them. */
  readonly swappedUuid: boolean;
  /** Paths below the manager that answer 403 without a licence. */
  readonly licensed?: { readonly path: string; readonly messageId: string };
}

const usual = ["On", "ForceOff", "GracefulShutdown", "GracefulRestart", "ForceRestart", "Nmi"];

const vendors: Readonly<Record<RedfishFlavour, Vendor>> = {
  ami: {
    vendor: "American Megatrends",
    product: "MegaRAC Redfish Service",
    systemId: "Self",
    managerId: "Self",
    chassisId: "Self",
    resetTypes: ["On", "ForceOff", "GracefulShutdown", "ForceRestart", "PowerCycle"],
    resetTypesIn: "action-info",
    accepted: 202,
    noOp: "accepted",
    withoutIfMatch: { status: 428, messageId: "Ami.1.0.PreconditionHeaderMissing" },
    weakEtags: false,
    swappedUuid: false,
  },
  idrac: {
    vendor: "Dell",
    product: "Integrated Dell Remote Access Controller",
    systemId: "System.Embedded.1",
    managerId: "iDRAC.Embedded.1",
    chassisId: "System.Embedded.1",
    resetTypes: [...usual, "PushPowerButton", "PowerCycle"],
    resetTypesIn: "action",
    accepted: 204,
    noOp: { status: 409, messageId: "IDRAC.2.8.PSU501" },
    withoutIfMatch: "accepted",
    weakEtags: false,
    swappedUuid: false,
  },
  ilo: {
    vendor: "HPE",
    product: "ProLiant",
    systemId: "1",
    managerId: "1",
    chassisId: "1",
    resetTypes: ["On", "ForceOff", "GracefulShutdown", "ForceRestart", "Nmi", "PushPowerButton"],
    resetTypesIn: "action",
    accepted: 200,
    noOp: { status: 400, messageId: "iLO.2.15.InvalidOperationForSystemState" },
    withoutIfMatch: "accepted",
    weakEtags: true,
    swappedUuid: false,
  },
  openbmc: {
    vendor: "OpenBMC",
    product: "OpenBMC",
    systemId: "system",
    managerId: "bmc",
    chassisId: "chassis",
    resetTypes: [...usual, "ForceOn", "PowerCycle"],
    resetTypesIn: "action-info",
    accepted: 204,
    noOp: "accepted",
    withoutIfMatch: "accepted",
    weakEtags: false,
    swappedUuid: false,
  },
  supermicro: {
    vendor: "Supermicro",
    product: "BMC",
    systemId: "1",
    managerId: "1",
    chassisId: "1",
    resetTypes: [...usual, "ForceOn", "PowerCycle"],
    resetTypesIn: "action-info",
    accepted: 200,
    noOp: "accepted",
    withoutIfMatch: "accepted",
    weakEtags: false,
    swappedUuid: true,
    licensed: { path: "VirtualMedia", messageId: "SMC.1.0.OemLicenseNotPassed" },
  },
  xcc: {
    vendor: "Lenovo",
    product: "XClarity Controller",
    systemId: "1",
    managerId: "1",
    chassisId: "1",
    resetTypes: [...usual, "ForceOn"],
    resetTypesIn: "action",
    accepted: 204,
    noOp: "accepted",
    withoutIfMatch: { status: 428, messageId: "Base.1.15.PreconditionRequired" },
    weakEtags: false,
    swappedUuid: false,
  },
};

export function vendorOf(flavour: RedfishFlavour): Vendor {
  return vendors[flavour];
}

export type ResetEffect = "on" | "off" | "reset" | "cycle" | "none";

/** What a reset type does to a host in this state. */
export function effectOf(resetType: string, state: PowerState): ResetEffect {
  switch (resetType) {
    case "On":
    case "ForceOn":
      return state === "on" ? "none" : "on";
    case "ForceOff":
    case "GracefulShutdown":
      return state === "off" ? "none" : "off";
    case "ForceRestart":
    case "GracefulRestart":
      return state === "off" ? "none" : "reset";
    case "PowerCycle":
      return state === "off" ? "none" : "cycle";
    case "PushPowerButton":
      return state === "on" ? "off" : "on";
    default:
      return "none";
  }
}
