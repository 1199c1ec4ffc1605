import { HARDWARE } from "../../../config/hardware/index.js";
import type { HardwareProfile } from "../../../config/hardware/profile.js";
import type { ClusterInput } from "../../../config/schema/cluster.js";
import { HARDWARE_PROFILES, type HardwareProfileName } from "../../../config/schema/hardware.js";
import type { HostFacts } from "../look/host-facts.js";

type NodeInput = ClusterInput["nodes"][string];
export type OverridesInput = NonNullable<NodeInput["overrides"]>;

export interface KnownHardware {
  readonly profile: HardwareProfileName;
  /** How it was told. */
  readonly by: "product" | "ports" | "nothing";
}

const PRODUCTS: readonly (readonly [RegExp, HardwareProfileName])[] = [
  [/\bMS-01\b/i, "ms-01"],
  [/\bGTR7\b/i, "gtr7"],
  [/\bAI\s*MAX\b/i, "ai-max"],
];

/** The profile of a machine, by what it calls itself, else by the names of its ports when all of a profile's are there. */
export function hardwareOf({
  product,
  ports,
}: Pick<HostFacts, "product" | "ports">): KnownHardware {
  const named = PRODUCTS.find(([pattern]) => pattern.test(product))?.[1];
  if (named !== undefined) {
    return { profile: named, by: "product" };
  }
  const names = new Set(ports.map(({ name }) => name));
  const fits = HARDWARE_PROFILES.filter((profile) => {
    const wanted = portNames(HARDWARE[profile]);
    return wanted.length > 2 && wanted.every((name) => names.has(name));
  });
  const [one] = fits.toSorted(
    (a, b) => portNames(HARDWARE[b]).length - portNames(HARDWARE[a]).length,
  );
  return one === undefined ? { profile: "generic", by: "nothing" } : { profile: one, by: "ports" };
}

const portNames = ({ nics, thunderboltPorts }: HardwareProfile): string[] =>
  [...nics, ...thunderboltPorts].map(({ name }) => name);

const GIB = 2 ** 30;
/** Firmware and graphics keep a part of the memory for themselves. */
const NEAR = 0.15;
const WATCHDOGS = ["softdog", "iTCO_wdt", "ipmi_watchdog", "sp5100_tco"] as const;

/** What the machine has otherwise than its profile. On members also what they run with, so that a run restarts nobody for it. */
export function overridesOf(
  host: HostFacts,
  { profile }: KnownHardware,
  isMember: boolean,
): OverridesInput {
  const known = HARDWARE[profile];
  return {
    ...memoryOf(host, known),
    ...(host.threads !== undefined && host.threads !== known.threads
      ? { threads: host.threads }
      : {}),
    ...(profile === "generic" ? nicsOf(host) : {}),
    ...thunderboltOf(host, known),
    ...(isMember ? runningWith(host, known) : {}),
  };
}

function memoryOf({ memoryBytes }: HostFacts, { memory }: HardwareProfile): OverridesInput {
  const near =
    memory !== undefined &&
    memoryBytes !== undefined &&
    Math.abs(memoryBytes - memory) < NEAR * memory;
  return memoryBytes === undefined || near ? {} : { memory: `${Math.round(memoryBytes / GIB)}GiB` };
}

function nicsOf({ ports }: HostFacts): OverridesInput {
  const nics = ports.flatMap(({ name, speedMbit, driver }) =>
    speedMbit === undefined || driver === "" || driver === "thunderbolt-net"
      ? []
      : [{ name, speed: `${speedMbit}Mbit/s` }],
  );
  return nics.length === 0 ? {} : { nics };
}

function thunderboltOf(
  { ports }: HostFacts,
  { thunderboltPorts }: HardwareProfile,
): OverridesInput {
  const found = ports.flatMap(({ name, driver, path }) =>
    driver === "thunderbolt-net" && path !== undefined ? [{ name, path }] : [],
  );
  const known = found.every(({ path }) => thunderboltPorts.some((one) => one.path === path));
  return found.length === 0 || known ? {} : { thunderboltPorts: found };
}

function runningWith({ watchdog, kernelWords }: HostFacts, known: HardwareProfile): OverridesInput {
  const module = WATCHDOGS.find((one) => one === (watchdog ?? "softdog"));
  const there = known.kernelParameters.filter((one) => kernelWords.includes(one));
  return {
    ...(module === undefined || module === known.watchdog ? {} : { watchdog: module }),
    // A host without a boot loader's file says nothing of its parameters.
    ...(kernelWords.length === 0 || there.length === known.kernelParameters.length
      ? {}
      : { kernelParameters: there }),
  };
}
