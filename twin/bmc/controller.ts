import { AmtProtocol } from "./amt/protocol.js";
import type { Identity } from "./certificate.js";
import {
  type AmtBmcConfig,
  type BmcConfig,
  type PduBmcConfig,
  type RedfishBmcConfig,
  readPassword,
} from "./config.js";
import { FaultSet } from "./faults.js";
import { IpmiBmc } from "./ipmi/bmc.js";
import type { NodeFeeds } from "./pdu/feeds.js";
import { Outlets } from "./pdu/outlets.js";
import type { OutletUnit } from "./pdu/unit.js";
import { HostPower, type PowerSwitch } from "./power.js";
import { RedfishProtocol } from "./redfish/protocol.js";
import { RequestLog } from "./request-log.js";
import { WebBmc } from "./web-bmc.js";

/** One management controller of the twin, whatever it speaks. */
export interface Controller {
  readonly config: BmcConfig;
  readonly faults: FaultSet;
  readonly log: RequestLog;
  /** Of the whole machine; outlets have their own. */
  readonly power?: HostPower;
  /** The last request that the twin's engine could not carry out. */
  lastPowerError(): string | undefined;
  port(): number;
  plainPort?(): number | undefined;
  /** Certificate fingerprints by name; none for IPMI and SNMP. */
  readonly fingerprints: Readonly<Record<string, string>>;
  start(): Promise<void>;
  stop(): Promise<void>;
  /** Resolves when the last change of faults has taken effect. */
  settled(): Promise<void>;
}

/** What of a unit feeds a node. The unit itself runs once, whoever starts it first. */
export function createOutlets(
  config: PduBmcConfig,
  unit: OutletUnit,
  feeds: NodeFeeds,
): Controller {
  const faults = new FaultSet();
  unit.join({ config, faults, outlets: new Outlets(config, faults, feeds, () => unit.publish()) });
  return {
    config,
    faults,
    log: new RequestLog(),
    lastPowerError: () => feeds.lastError,
    fingerprints: {},
    port: () => config.port,
    start: () => unit.start(),
    stop: () => unit.stop(),
    settled: () => unit.settled(),
  };
}

export function createController(options: {
  readonly config: Exclude<BmcConfig, PduBmcConfig>;
  readonly ca: Identity;
  readonly powerSwitch: PowerSwitch;
  /** Where the chassis program of an IPMI controller asks. */
  readonly faultSocket: string;
}): Controller {
  const { config, ca, powerSwitch, faultSocket } = options;
  const faults = new FaultSet();
  const log = new RequestLog();
  const power = new HostPower(powerSwitch, faults);
  const lastPowerError = () => power.lastError;
  if (config.kind === "ipmi") {
    const bmc = new IpmiBmc({ config, faults, faultSocket });
    return {
      config,
      faults,
      log,
      power,
      lastPowerError,
      fingerprints: {},
      port: () => config.port,
      start: () => bmc.start(),
      stop: () => bmc.stop(),
      settled: () => bmc.settled(),
    };
  }
  const protocol = webProtocol(config, power, faults);
  const bmc = new WebBmc({ config, ca, faults, log, protocol });
  return {
    config,
    faults,
    log,
    power,
    lastPowerError,
    fingerprints: bmc.fingerprints,
    port: () => bmc.port,
    plainPort: () => bmc.plainPort,
    start: () => bmc.start(),
    stop: () => bmc.stop(),
    settled: () => bmc.settled(),
  };
}

function webProtocol(config: RedfishBmcConfig | AmtBmcConfig, power: HostPower, faults: FaultSet) {
  const password = readPassword(config.passwordFile);
  switch (config.kind) {
    case "redfish":
      return new RedfishProtocol(config, password, power, faults);
    case "amt":
      return new AmtProtocol(config, password, power, faults);
  }
}
