import { type CodeTable, type Draft, drafter, type Path } from "../findings/finding.js";
import { list, seconds } from "../findings/words.js";
import { canonical, contains } from "../plan/address.js";
import { planFencing } from "../plan/fence.js";
import type { Facts } from "./facts.js";
import type { RuleSet } from "./rule.js";

const codes = {
  "fencing/no-watchdog": {
    severity: "error",
    about:
      "Proxmox recovers the guests of a silent node because its watchdog must have reset it by then. Without watchdog they can run twice. Power devices come on top and replace nothing.",
  },
  "fencing/wrong-device": {
    severity: "error",
    about:
      "The machine has no controller of this kind: AMT belongs to Intel vPro machines, Redfish and IPMI to server boards.",
  },
  "fencing/unlikely-device": {
    severity: "warning",
    about:
      "Boards of this kind come without a controller; only an external KVM with power control would answer there.",
  },
  "fencing/shared-device": {
    severity: "error",
    about: "One controller belongs to one node. Otherwise fencing one node switches off another.",
  },
  "fencing/shared-pin": {
    severity: "error",
    about:
      "Two nodes expect the same system UUID or certificate, so the wrong machine could pass for the right one.",
  },
  "fencing/own-address": {
    severity: "error",
    about:
      "The controller has the address of a host, or stands behind the machine that it should switch off.",
  },
  "fencing/unreachable": {
    severity: "error",
    about: "No other node has a way to the controller.",
  },
  "fencing/through-gateway": {
    severity: "warning",
    about:
      "The path to the controller passes the default gateway; without that router nothing can be fenced.",
  },
  "fencing/amt-plain": {
    severity: "error",
    about:
      "Port 16992 is AMT without TLS. Current machines accept remote connections over TLS only, and the password would pass in clear.",
  },
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
/** When the guests of a dead node may start elsewhere at the earliest. */
const RECOVERY_MS = 110_000;
const AMT_PLAIN_PORT = 16_992;
const AMT_TLS_PORT = 16_993;

interface Device {
  readonly node: string;
  readonly kind: "redfish" | "amt" | "ipmi" | "pdu";
  readonly address: string;
  readonly path: Path;
}

function check(facts: Facts): Draft[] {
  const devices = devicesOf(facts);
  return [
    ...watchdog(facts),
    ...kinds(facts, devices),
    ...shared(facts, devices),
    ...paths(facts, devices),
    ...amtPorts(facts),
    ...timing(facts, devices),
    ...watchdogModules(facts),
  ];
}

function devicesOf({ spec }: Facts): Device[] {
  return Object.entries(spec.nodes).flatMap(([node, { fence }]) =>
    (["redfish", "amt", "ipmi", "pdu"] as const).flatMap((kind) => {
      const address = fence?.[kind]?.address;
      return address === undefined
        ? []
        : [{ node, kind, address, path: ["nodes", node, "fence", kind] }];
    }),
  );
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

function kinds({ nodes }: Facts, devices: readonly Device[]): Draft[] {
  return devices.flatMap(({ node, kind, path }) => {
    const hardware = nodes.find(({ name }) => name === node)?.hardware;
    if (hardware === undefined || kind === "pdu" || hardware.fenceKinds.includes(kind)) {
      return [];
    }
    const has =
      hardware.fenceKinds.length === 0
        ? "Its hardware watchdog fences it; a switched outlet (`pdu`) is a second way."
        : `Write ${list(hardware.fenceKinds, "or")}; a switched outlet (\`pdu\`) is an independent second level.`;
    const external = hardware.fenceKinds.length === 0 && kind !== "amt";
    return [
      draft(
        external ? "fencing/unlikely-device" : "fencing/wrong-device",
        path,
        `${node} (${hardware.profile}) has no ${kind === "amt" ? "Intel AMT" : kind === "ipmi" ? "IPMI" : "Redfish"} controller of its own.`,
        external ? `${has} Keep it only for an external KVM with power control.` : has,
        { atKey: true },
      ),
    ];
  });
}

function shared({ spec }: Facts, devices: readonly Device[]): Draft[] {
  const findings: Draft[] = [];
  const first = new Map<string, string>();
  const claim = (key: string | undefined, node: string, make: (other: string) => Draft): void => {
    const known = key === undefined ? undefined : first.get(key);
    if (key !== undefined && known === undefined) {
      first.set(key, node);
    } else if (known !== undefined && known !== node) {
      findings.push(make(known));
    }
  };
  for (const { node, kind, address, path } of devices) {
    const outlets = kind === "pdu" ? (spec.nodes[node]?.fence?.pdu?.outlets ?? []) : [""];
    for (const outlet of outlets) {
      claim(`device ${kind} ${address} ${outlet}`, node, (other) =>
        draft(
          "fencing/shared-device",
          [...path, kind === "pdu" ? "outlets" : "address"],
          `${outlet === "" ? address : `Outlet ${outlet} of ${address}`} is already the ${kind} device of ${other}.`,
          "Write the device that belongs to this node alone.",
        ),
      );
    }
    const pins = kind === "pdu" ? undefined : spec.nodes[node]?.fence?.[kind];
    claim(pins?.uuid === undefined ? undefined : `uuid ${pins.uuid.toLowerCase()}`, node, (other) =>
      draft(
        "fencing/shared-pin",
        [...path, "uuid"],
        `${node} and ${other} expect the same system UUID.`,
        "Read the UUID on each machine: dmidecode -s system-uuid.",
      ),
    );
  }
  return findings;
}

function paths(facts: Facts, devices: readonly Device[]): Draft[] {
  const { matrix } = planFencing(facts.spec, facts.nodes);
  return devices.flatMap(({ node, kind, address, path }) => {
    const at = [...path, "address"];
    const behind = facts.nodes.find(({ addresses }) =>
      Object.values(addresses).some(({ ipv4, ipv6 }) => [ipv4, ipv6].includes(plain(address))),
    );
    const ring = facts.rings.find(
      ([, { loopbacks }]) => loopbacks !== undefined && contains(loopbacks, address),
    );
    if (behind !== undefined || ring !== undefined) {
      return [
        draft(
          "fencing/own-address",
          at,
          behind === undefined
            ? `${address} lies in the loopbacks of ${ring?.[0]}, where only running hosts answer.`
            : `${address} is ${behind.name}'s own address, which is gone when the host is.`,
          "Write the address of the controller itself; it answers while the host is off.",
        ),
      ];
    }
    const ways = matrix.filter((pair) => pair.target === node && pair.device === kind);
    if (ways.length > 0 && ways.every((pair) => pair.path.kind === "none")) {
      return [
        draft(
          "fencing/unreachable",
          at,
          `No other node has a way to ${address}: no network of theirs contains it, and there is no route or gateway.`,
          "Add a network or a route (`networks.<name>.routes`) towards the controllers.",
        ),
      ];
    }
    return ways.some((pair) => pair.path.kind === "gateway")
      ? [
          draft(
            "fencing/through-gateway",
            at,
            `The other nodes reach ${address} through the default gateway only.`,
            "Put the controllers into a network of the nodes, or add a route that does not depend on the router.",
          ),
        ]
      : [];
  });
}

/** A PDU may be given by name, which has no other spelling. */
function plain(address: string): string {
  return /^[0-9a-f.:]+$/i.test(address) && /[.:]/.test(address) ? canonical(address) : address;
}

function amtPorts({ spec }: Facts): Draft[] {
  return Object.entries(spec.nodes)
    .filter(([, { fence }]) => fence?.amt?.port === AMT_PLAIN_PORT)
    .map(([node]) =>
      draft(
        "fencing/amt-plain",
        ["nodes", node, "fence", "amt", "port"],
        `Port ${AMT_PLAIN_PORT} is AMT without TLS.`,
        `Leave \`port\` out for ${AMT_TLS_PORT}, AMT over TLS.`,
      ),
    );
}

function timing({ spec }: Facts, devices: readonly Device[]): Draft[] {
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
  const perNode = new Map<string, number>();
  for (const { node } of devices) {
    perNode.set(node, (perNode.get(node) ?? 0) + 1);
  }
  const levels = Math.max(...perNode.values());
  const latest = NOTICE_MS + delay + levels * offTimeout;
  return [
    ...(latest > RECOVERY_MS
      ? [
          draft(
            "fencing/too-late",
            ["fencing", delay > offTimeout ? "delay" : "offTimeout"],
            `Power could still be on ${seconds(latest)} after a node fell silent (${seconds(NOTICE_MS)} until corosync notices, ${seconds(delay)} delay, ${levels} x ${seconds(offTimeout)} for the devices); recovery starts at ${seconds(RECOVERY_MS)}.`,
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
