import type { DoctorCode } from "../../../config/findings/doctor-codes.js";
import type { ClusterPlan } from "../../../config/plan/index.js";
import { sameMachine } from "../../../dynamic-providers/transport/power/machine-uuid.js";
import type { PowerFailure } from "../../../dynamic-providers/transport/power/power-error.js";
import { type DoctorFinding, findingOf } from "../finding.js";
import type { DeviceAnswer } from "../power-devices.js";

const SOON_DAYS = 30;
const DAY_MS = 86_400_000;

/** Whether each power device would do its work when a node has to be switched off. */
export function judgePower(
  plan: ClusterPlan,
  devices: readonly DeviceAnswer[],
  nowMs: number,
): DoctorFinding[] {
  return devices.flatMap((answer) => judgeDevice(plan.fencing.power, answer, nowMs));
}

function judgeDevice(needed: boolean, answer: DeviceAnswer, nowMs: number): DoctorFinding[] {
  const { device, outcome } = answer;
  const name = `${device.kind} ${device.address}`;
  const severity = needed ? "error" : "warning";
  switch (outcome.kind) {
    case "not-asked":
      return [
        findingOf(
          device.node,
          "info",
          "bmc/unsupported",
          `${name}: outlets are asked by the nodes' fencers, not by this program`,
          "`proxmox-ha status` tells what they saw; only a drill proves that the outlets feed this node.",
        ),
      ];
    case "no-secret":
      return [
        findingOf(
          device.node,
          severity,
          "bmc/login",
          `${name}: its password cannot be read: ${outcome.why}`,
          outcome.doNext || "Put the password where the stack file says that it is.",
        ),
      ];
    case "failed":
      return [
        findingOf(
          device.node,
          severity,
          codeOf(outcome.failure),
          `${name}: ${outcome.why}`,
          `${outcome.doNext} Until this works, only its own watchdog stops this node.`.trim(),
        ),
        ...certificate(answer, nowMs),
      ];
    case "answered":
      return [
        ...identity(answer, outcome.identity.uuid),
        ...(outcome.state === "unknown"
          ? [
              findingOf(
                device.node,
                "warning",
                "bmc/state",
                `${name}: it does not say clearly whether the machine is on`,
                "Restart the controller; a fencer takes only a clear Off for off.",
              ),
            ]
          : []),
        ...certificate(answer, nowMs),
      ];
  }
}

function codeOf(failure: PowerFailure): DoctorCode {
  switch (failure) {
    case "login":
    case "forbidden":
      return "bmc/login";
    case "certificate":
      return "bmc/certificate";
    case "wrong-machine":
      return "bmc/wrong-machine";
    case "unreachable":
    case "timeout":
    case "busy":
    case "refused":
    case "unsupported":
    case "protocol":
      return "bmc/unreachable";
  }
}

function identity({ device }: DeviceAnswer, reported: string | undefined): DoctorFinding[] {
  const name = `${device.kind} ${device.address}`;
  if (device.uuid === undefined) {
    return [
      findingOf(
        device.node,
        "info",
        "bmc/identity",
        `${name}: its machine is ${reported ?? "nameless"}; the stack file names none`,
        "Pin it as `uuid`, so that no other machine is ever switched off.",
      ),
    ];
  }
  return reported !== undefined && sameMachine(device.uuid, reported)
    ? []
    : [
        findingOf(
          device.node,
          "error",
          "bmc/wrong-machine",
          `${name}: its machine is ${reported ?? "nameless"}, the stack file says ${device.uuid}`,
          "Compare with /sys/class/dmi/id/product_uuid on the node, and correct address or uuid.",
        ),
      ];
}

function certificate({ device, certificate }: DeviceAnswer, nowMs: number): DoctorFinding[] {
  if (certificate === undefined) {
    return [];
  }
  const name = `${device.kind} ${device.address}`;
  const days = Math.floor((certificate.validTo.getTime() - nowMs) / DAY_MS);
  return [
    ...(days < SOON_DAYS
      ? [
          findingOf(
            device.node,
            "warning",
            "bmc/certificate",
            days < 0
              ? `${name}: its certificate ended ${-days} days ago`
              : `${name}: its certificate ends in ${days} days`,
            "Renew it on the device and put the new fingerprint into the stack file. A pinned one goes on working.",
          ),
        ]
      : []),
    ...(device.fingerprint === undefined
      ? [
          findingOf(
            device.node,
            "info",
            "bmc/identity",
            `${name}: certificate ${certificate.fingerprint}`,
            "Compare it at the device and pin it as `fingerprint`.",
          ),
        ]
      : []),
  ];
}
