import type { ClusterSpec } from "../../config/schema/cluster.js";

type InterfaceSpec = ClusterSpec["interfaces"][string];

/** One broadcast domain: what is plugged into the same switch, whatever tags run over it. */
export interface Fabric {
  readonly name: string;
  /** Interfaces of the file that stand on it, the highest last. */
  readonly interfaces: readonly string[];
  readonly mtu: number;
}

function lowerOf(definition: InterfaceSpec): readonly string[] {
  return definition.bond?.ports ?? definition.bridge?.ports ?? [];
}

/** The physical ports of an interface on one node, through bonds and bridges. */
export function physicalPorts(spec: ClusterSpec, name: string, node: string): string[] {
  const definition = spec.interfaces[name];
  if (definition === undefined) return [name];
  const own = definition.nodes[node]?.ports;
  if (definition.port !== undefined) return [own?.[0] ?? name];
  const lower = own ?? lowerOf(definition);
  return lower.flatMap((one) => (one === name ? [one] : physicalPorts(spec, one, node)));
}

/** Interfaces that stand on each other share a switch; two that do not have one each. */
export function planFabrics(spec: ClusterSpec): Fabric[] {
  const names = Object.keys(spec.interfaces);
  const lowered = new Set(
    names.flatMap((name) => {
      const definition = spec.interfaces[name];
      return definition === undefined ? [] : lowerOf(definition);
    }),
  );
  const tops = names.filter((name) => !lowered.has(name));
  return tops.map((top) => {
    const interfaces = names.filter((name) => name === top || reaches(spec, top, name));
    const mtus = interfaces.map((name) => spec.interfaces[name]?.mtu ?? 1500);
    return { name: top, interfaces, mtu: Math.max(1500, ...mtus) };
  });
}

function reaches(spec: ClusterSpec, from: string, to: string): boolean {
  const definition = spec.interfaces[from];
  if (definition === undefined) return false;
  return lowerOf(definition).some((one) => one === to || (one !== from && reaches(spec, one, to)));
}
