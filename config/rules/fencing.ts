import { seconds } from "../findings/figures.js";
import { type CodeTable, type Draft, drafter } from "../findings/finding.js";
import { type FencePlan, planFencing } from "../plan/fence.js";
import type { Facts } from "./facts.js";
import { deviceCodes, deviceDrafts, devicesOf } from "./fencing-devices.js";
import { independenceCodes, independenceDrafts } from "./fencing-independence.js";
import type { RuleSet } from "./rule.js";

const codes = {
  "fencing/no-watchdog": {
    severity: "error",
    about:
      "Proxmox recovers the guests of a silent node because its watchdog must have reset it by then. Without watchdog they can run twice. Power devices come on top and replace nothing.",
  },
  ...deviceCodes,
  ...independenceCodes,
  "fencing/too-late": {
    severity: "error",
    about:
      "About 110 s after a node fell silent Proxmox may start its guests elsewhere. Power must be off, and read back, before that.",
  },
  "fencing/too-early": {
    severity: "warning",
    about:
      "Corosync itself needs some seconds to notice a loss; a shorter delay switches off nodes that would have come back.",
  },
  "fencing/no-power": {
    severity: "warning",
    about: "Devices are declared and never used.",
  },
  "fencing/watchdog-hardware": {
    severity: "error",
    about: "The watchdog module does not exist on this machine, so nothing would feed or fire.",
  },
  "fencing/softdog": {
    severity: "warning",
    about:
      "The software watchdog needs a living kernel: it does not fire in a hard hang, when it is needed most.",
  },
} as const satisfies CodeTable;
const draft = drafter(codes);

/** Corosync's token and consensus time-outs for three nodes, rounded up. */
const NOTICE_MS = 8_000;
/** Off counts when it was read twice: a second after the first reading, and a device may take ten to answer. */
const SECOND_READING_MS = 11_000;
/** When the guests of a dead node may start elsewhere at the earliest. */
const RECOVERY_MS = 110_000;

function check(facts: Facts): Draft[] {
  const devices = devicesOf(facts);
  const plan = planFencing(facts.spec, facts.nodes);
  return [
    ...watchdog(facts),
    ...deviceDrafts(facts, devices, plan),
    ...independenceDrafts(facts, devices, plan),
    ...timing(facts, plan),
    ...watchdogModules(facts),
  ];
}

function watchdog({ spec }: Facts): Draft[] {
  return spec.fencing.watchdog
    ? []
    : [
        draft(
          "fencing/no-watchdog",
          ["fencing", "watchdog"],
          "The watchdog is switched off, and Proxmox HA relies on it.",
          "Write `watchdog: true` (the default); power devices only make sure of it.",
        ),
      ];
}

function timing({ spec }: Facts, { devices }: FencePlan): Draft[] {
  const { delay, offTimeout, power } = spec.fencing;
  if (devices.length === 0) {
    return [];
  }
  if (power === "off") {
    return [
      draft(
        "fencing/no-power",
        ["fencing", "power"],
        "Nodes have fence devices, and `power: off` never uses them.",
        "Write `power: on`, or remove the devices.",
      ),
    ];
  }
  const levels = Math.max(...devices.map(({ level }) => level));
  const latest = NOTICE_MS + delay + levels * offTimeout + SECOND_READING_MS;
  return [
    ...(latest > RECOVERY_MS
      ? [
          draft(
            "fencing/too-late",
            ["fencing", delay > offTimeout ? "delay" : "offTimeout"],
            `Off could be certain only ${seconds(latest)} after a node fell silent (${seconds(NOTICE_MS)} until corosync notices, ${seconds(delay)} delay, ${levels} x ${seconds(offTimeout)} for the devices, ${seconds(SECOND_READING_MS)} to read it a second time); recovery starts at ${seconds(RECOVERY_MS)}.`,
            "Shorten `delay` or `offTimeout`.",
          ),
        ]
      : []),
    ...(delay < NOTICE_MS
      ? [
          draft(
            "fencing/too-early",
            ["fencing", "delay"],
            `A delay of ${seconds(delay)} is shorter than corosync's own ${seconds(NOTICE_MS)}.`,
            "Write at least 10s.",
          ),
        ]
      : []),
  ];
}

function watchdogModules({ spec, nodes }: Facts): Draft[] {
  return nodes.flatMap(({ name, hardware }) => {
    const chosen = spec.nodes[name]?.overrides?.watchdog;
    if (chosen === undefined) {
      return [];
    }
    const path = ["nodes", name, "overrides", "watchdog"];
    const impossible =
      (chosen === "iTCO_wdt" && hardware.cpu === "amd") ||
      (chosen === "sp5100_tco" && hardware.cpu === "intel") ||
      (chosen === "ipmi_watchdog" && !hardware.fenceKinds.some((kind) => kind !== "amt"));
    if (impossible) {
      return [
        draft(
          "fencing/watchdog-hardware",
          path,
          `${chosen} does not exist on ${name} (${hardware.profile}).`,
          "Leave `watchdog` out; the hardware profile brings the right module (iTCO_wdt on Intel, sp5100_tco on AMD, ipmi_watchdog with a BMC).",
        ),
      ];
    }
    return chosen === "softdog" && hardware.profile !== "generic"
      ? [
          draft(
            "fencing/softdog",
            path,
            `${name} would rely on the software watchdog although it has a hardware one.`,
            "Leave `watchdog` out; the hardware profile brings the hardware watchdog.",
          ),
        ]
      : [];
  });
}

export const fencing: RuleSet = { subject: "Fencing", codes, check };
