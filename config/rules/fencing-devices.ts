import { list } from "../findings/enumeration.js";
import { type CodeTable, type Draft, drafter, type Path } from "../findings/finding.js";
import { canonical, contains } from "../plan/address.js";
import { type FencePlan, waysTo } from "../plan/fence.js";
import type { Facts } from "./facts.js";
import { stripsOf } from "./strips.js";

export const deviceCodes = {
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
} as const satisfies CodeTable;
const draft = drafter(deviceCodes);

const AMT_PLAIN_PORT = 16_992;
const AMT_TLS_PORT = 16_993;

export interface Device {
  readonly node: string;
  readonly kind: "redfish" | "amt" | "ipmi" | "pdu";
  readonly address: string;
  readonly user: string;
  /** Of a strip; a controller has none. */
  readonly outlets: readonly string[];
  readonly path: Path;
}

/** Whether each device exists, belongs to one node alone, and can be reached when that node is gone. */
export function deviceDrafts(facts: Facts, devices: readonly Device[], plan: FencePlan): Draft[] {
  return [
    ...kinds(facts, devices),
    ...shared(facts, devices),
    ...paths(facts, devices, plan),
    ...amtPorts(facts),
  ];
}

export function devicesOf({ spec }: Facts): Device[] {
  const strips = stripsOf(spec).map(
    ({ node, unit: { address, login, outlets }, path }): Device => ({
      node,
      kind: "pdu",
      address,
      user: login?.user ?? "",
      outlets,
      path,
    }),
  );
  return Object.entries(spec.nodes).flatMap(([node, { fence }]) => [
    ...(["redfish", "amt", "ipmi"] as const).flatMap((kind): Device[] => {
      const device = fence?.[kind];
      const path = ["nodes", node, "fence", kind];
      return device === undefined
        ? []
        : [{ node, kind, address: device.address, user: device.login.user, outlets: [], path }];
    }),
    ...strips.filter((strip) => strip.node === node),
  ]);
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
  for (const { node, kind, address, outlets, path } of devices) {
    for (const outlet of kind === "pdu" ? outlets : [""]) {
      // One controller may speak Redfish and IPMI; it is the same machine's nevertheless.
      claim(`${kind === "pdu" ? "strip" : "controller"} ${address} ${outlet}`, node, (other) =>
        draft(
          "fencing/shared-device",
          [...path, kind === "pdu" ? "outlets" : "address"],
          `${outlet === "" ? address : `Outlet ${outlet} of ${address}`} is already a device of ${other}.`,
          "Write the device that belongs to this node alone.",
        ),
      );
    }
    for (const [what, value, read] of pinsOf(spec, node, kind)) {
      claim(value === undefined ? undefined : `${what} ${value.toLowerCase()}`, node, (other) =>
        draft(
          "fencing/shared-pin",
          [...path, what],
          `${node} and ${other} expect the same ${what === "uuid" ? "system UUID" : "certificate"}.`,
          read,
        ),
      );
    }
  }
  return findings;
}

/** What tells a controller from others: by the field's name, with how it is read. */
function pinsOf(
  spec: Facts["spec"],
  node: string,
  kind: Device["kind"],
): (readonly [what: string, value: string | undefined, read: string])[] {
  const fence = spec.nodes[node]?.fence;
  const uuid = kind === "pdu" ? undefined : fence?.[kind]?.uuid;
  const fingerprint = kind === "redfish" || kind === "amt" ? fence?.[kind]?.fingerprint : undefined;
  return [
    ["uuid", uuid, "Read the UUID on each machine: dmidecode -s system-uuid."],
    [
      "fingerprint",
      fingerprint,
      "Read the certificate of each controller: openssl s_client -connect ADDRESS:PORT | openssl x509 -noout -fingerprint -sha256.",
    ],
  ];
}

function paths(facts: Facts, devices: readonly Device[], plan: FencePlan): Draft[] {
  return devices.flatMap((device) => {
    const { address, path } = device;
    const at = [...path, "address"];
    const behind = facts.nodes.find(({ addresses }) =>
      Object.values(addresses).some(({ ipv4, ipv6 }) => [ipv4, ipv6].includes(canonical(address))),
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
    const ways = waysTo(device, plan);
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
