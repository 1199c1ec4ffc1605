import type { SecretRef } from "../../schema/primitives.js";
import type { FenceDevicePlan, FencePlan, StripPlan } from "../fence.js";

/** What tells a node's controllers from all others. */
export interface KnownMachine {
  /** The machine's own UUID, which its controllers have to report. */
  readonly uuid: string;
  /** SHA-256 of their certificates in hex, by kind. */
  readonly pins: Readonly<Record<string, string>>;
}

interface Cluster {
  readonly name: string;
  readonly nodes: readonly { readonly name: string; readonly id: number }[];
  readonly fencing: Pick<FencePlan, "used" | "timing">;
}

/** Time between two nodes that are switched off, so that a mistake costs one node and not the cluster. */
const INTERVAL_S = 120;
/** HA has left a node alone for so long before the node is switched on again. */
const POWER_ON_HOLD_S = 30;
/** A node that dies after each start stays off, for a person to look at. */
const POWER_ON = { perHour: 1, perDay: 3 };

/**
 * The configuration of one node's fencer: how it reaches the devices of its peers, and of nobody else. `{{NAME}}` stands for a
 * password.
 */
export function renderFencerConfig(
  { name, nodes, fencing }: Cluster,
  node: string,
  machines: Readonly<Record<string, KnownMachine>>,
): string {
  const { timing } = fencing;
  const seconds = (ms: number): number => Math.ceil(ms / 1_000);
  const config = {
    version: 1,
    cluster: name,
    node,
    timings: {
      delayS: seconds(timing.delayMs),
      offTimeoutS: seconds(timing.offTimeoutMs),
      startupGraceS: seconds(timing.startupGraceMs),
      intervalS: INTERVAL_S,
      powerOnHoldS: POWER_ON_HOLD_S,
    },
    powerOn: POWER_ON,
    nodes: nodes.map((one) => ({
      name: one.name,
      id: one.id,
      ...(one.name === node ? { levels: [] } : peer(one.name, fencing, machines[one.name])),
    })),
  };
  return `${JSON.stringify(config, undefined, 2)}\n`;
}

/** The passwords that a node's fencer gets, by their names in its configuration. */
export function fencerSecrets(
  { used }: Pick<FencePlan, "used">,
  node: string,
): Record<string, SecretRef> {
  return Object.fromEntries(
    used
      .filter((device) => device.node !== node)
      .flatMap((device): [string, SecretRef][] => {
        const encryption = device.strip?.account?.encryptionPassword;
        return [
          [secretName(device), device.password],
          ...(encryption === undefined
            ? []
            : [[`${secretName(device)}_ENCRYPTION`, encryption] satisfies [string, SecretRef]]),
        ];
      }),
  );
}

function peer(
  node: string,
  { used }: Pick<FencePlan, "used">,
  machine: KnownMachine | undefined,
): object {
  const own = used.filter((device) => device.node === node);
  return {
    ...(machine === undefined ? {} : { uuid: machine.uuid }),
    // The next level is for when one fails; a level has several devices where several feed the node.
    levels: [...new Set(own.map(({ level }) => level))].map((level) =>
      own.filter((device) => device.level === level).map((device) => deviceOf(device, machine)),
    ),
  };
}

function deviceOf(device: FenceDevicePlan, machine: KnownMachine | undefined): object {
  const { kind, address, port, user, system, cipherSuite, strip } = device;
  if (strip !== undefined) {
    return { kind, address, port, ...stripOf(device, strip) };
  }
  const pin = machine?.pins[kind];
  return {
    kind,
    address,
    port,
    user,
    password: `{{${secretName(device)}}}`,
    ...(pin === undefined ? {} : { pins: [pin] }),
    ...(system === undefined ? {} : { system }),
    ...(cipherSuite === undefined ? {} : { cipherSuite }),
  };
}

/** As net-snmp names them. */
const AUTHENTICATION = { sha: "SHA", sha256: "SHA-256", sha512: "SHA-512" } as const;
const ENCRYPTION = { aes: "AES", aes256: "AES-256" } as const;

function stripOf(device: FenceDevicePlan, { outlets, table, account }: StripPlan): object {
  const secret = secretName(device);
  return {
    outlets,
    table,
    ...(account === undefined
      ? { version: "2c", community: `{{${secret}}}` }
      : {
          version: "3",
          user: device.user,
          password: `{{${secret}}}`,
          authentication: AUTHENTICATION[account.authentication],
          encryption: ENCRYPTION[account.encryption],
          ...(account.encryptionPassword === undefined
            ? {}
            : { encryptionPassword: `{{${secret}_ENCRYPTION}}` }),
        }),
  };
}

/** A node has one controller of a kind, and may be fed by several strips. */
function secretName({ node, kind, address, port }: FenceDevicePlan): string {
  const which = kind === "pdu" ? `_${address}_${port}` : "";
  return `PASSWORD_${node}_${kind}${which}`.toUpperCase().replace(/[^A-Z0-9]/g, "_");
}
