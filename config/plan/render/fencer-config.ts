import type { SecretRef } from "../../schema/primitives.js";
import type { FenceDevicePlan, FencePlan } from "../fence.js";

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
      .map((device) => [secretName(device), device.password]),
  );
}

function peer(
  node: string,
  { used }: Pick<FencePlan, "used">,
  machine: KnownMachine | undefined,
): object {
  return {
    ...(machine === undefined ? {} : { uuid: machine.uuid }),
    // Each device is a level of its own: the next one is for when it fails.
    levels: used
      .filter((device) => device.node === node)
      .map((device) => [deviceOf(device, machine)]),
  };
}

function deviceOf(device: FenceDevicePlan, machine: KnownMachine | undefined): object {
  const { kind, address, port, user, system, cipherSuite } = device;
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

function secretName({ node, kind }: Pick<FenceDevicePlan, "node" | "kind">): string {
  return `PASSWORD_${node}_${kind}`.toUpperCase().replace(/[^A-Z0-9]/g, "_");
}
