import type { ClusterInput } from "../../../config/schema/cluster.js";
import type { Margin } from "../margin.js";
import type { SeenInterface } from "./declared.js";

type InterfaceInput = ClusterInput["interfaces"][string];
type Seen = ReadonlyMap<string, readonly SeenInterface[]>;

/** An interface as the file has it, with what lies below it; nodes that call it otherwise have their ports named. */
export function interfaceSection(
  key: string,
  carriers: ReadonlyMap<string, string>,
  seen: Seen,
  margin: Margin,
): Record<string, InterfaceInput> {
  const all = [...carriers].flatMap(([node, name]) => {
    const one = (seen.get(node) ?? []).find((each) => each.name === name);
    return one === undefined ? [] : [{ node, one }];
  });
  const [first] = all;
  if (first === undefined) {
    // A VLAN on a port that has no stanza of its own.
    return { [key]: { port: {}, ...elsewhere(key, [...carriers]) } };
  }
  const { one } = first;
  for (const { node, one: other } of all) {
    const differences = differencesOf(one, other);
    if (differences.length > 0) {
      margin.warn(
        `${key} differs from node to node: ${differences.join(", ")} (${first.node}, ${node}). The file says what ${first.node} has.`,
      );
    }
  }
  const portsOf = ({ kind, name, ports }: SeenInterface): readonly string[] =>
    kind === "port" ? [name] : ports;
  const own = one.kind === "port" ? [key] : one.ports;
  const nodes = Object.fromEntries(
    all.flatMap(({ node, one: other }) => {
      const ports = portsOf(other);
      return ports.join(" ") === own.join(" ") || ports.length === 0
        ? []
        : [[node, { ports: [...ports] }]];
    }),
  );
  const section: InterfaceInput = {
    ...kindOf(one, margin),
    ...(one.mtu === 1500 ? {} : { mtu: one.mtu }),
    ...(Object.keys(nodes).length === 0 ? {} : { nodes }),
  };
  // The bond that a bridge stands on is an interface of its own; a plain port is none.
  const below = one.ports.filter((port) => kindsBelow(port, carriers, seen).includes("bond"));
  return Object.assign(
    {},
    ...below.map((port) =>
      interfaceSection(
        port,
        new Map([...carriers.keys()].map((node) => [node, port])),
        seen,
        margin,
      ),
    ),
    { [key]: section },
  );
}

function kindsBelow(name: string, carriers: ReadonlyMap<string, string>, seen: Seen): string[] {
  return [...carriers.keys()].flatMap((node) =>
    (seen.get(node) ?? []).flatMap((one) => (one.name === name ? [one.kind] : [])),
  );
}

function elsewhere(
  key: string,
  carriers: readonly (readonly [string, string])[],
): Pick<InterfaceInput, "nodes"> {
  const others = carriers.filter(([, name]) => name !== key);
  return others.length === 0
    ? {}
    : { nodes: Object.fromEntries(others.map(([node, name]) => [node, { ports: [name] }])) };
}

function differencesOf(one: SeenInterface, other: SeenInterface): string[] {
  const of = (each: SeenInterface): Readonly<Record<string, string | undefined>> => ({
    kind: each.kind,
    mtu: String(each.mtu),
    mode: each.options["bond-mode"]?.[0],
    "vlan-aware": each.options["bridge-vlan-aware"]?.[0],
    vlans: each.options["bridge-vids"]?.[0],
  });
  const [a, b] = [of(one), of(other)];
  return Object.keys(a).flatMap((key) =>
    a[key] === b[key] ? [] : [`${key} ${a[key]} and ${b[key]}`],
  );
}

function kindOf(
  one: SeenInterface,
  margin: Margin,
): Pick<InterfaceInput, "bond" | "bridge" | "port"> {
  if (one.kind === "bond") {
    return { bond: bondOf(one, margin) };
  }
  if (one.kind === "bridge") {
    const aware = one.options["bridge-vlan-aware"]?.[0] === "yes";
    const vlans = one.options["bridge-vids"]?.[0];
    return {
      bridge: {
        ports: [...one.ports],
        ...(aware ? { vlanAware: true } : {}),
        ...(aware && vlans !== undefined && vlans !== "2-4094" ? { vlans } : {}),
      },
    };
  }
  return { port: {} };
}

const HASHES = ["layer3+4", "layer2+3", "layer2"] as const;
const LACP = ["802.3ad", "4"];
const ACTIVE_BACKUP = ["active-backup", "1"];

function bondOf(
  { name, ports, options }: SeenInterface,
  margin: Margin,
): NonNullable<InterfaceInput["bond"]> {
  const mode = options["bond-mode"]?.[0] ?? "balance-rr";
  const first = (key: string): string | undefined => options[key]?.[0];
  if (LACP.includes(mode)) {
    const rate = first("bond-lacp-rate") ?? "slow";
    const hash = HASHES.find((one) => one === (first("bond-xmit-hash-policy") ?? "layer2"));
    return {
      ports: [...ports],
      mode: "802.3ad",
      farSide: "lag",
      lacpRate: ["fast", "1"].includes(rate) ? "fast" : "slow",
      ...(hash === undefined ? {} : { hash }),
    };
  }
  if (!ACTIVE_BACKUP.includes(mode)) {
    margin.warn(
      `${name} speaks ${mode}; a stack file knows 802.3ad and active-backup, and the file says active-backup.`,
    );
  }
  const primary = first("bond-primary");
  return {
    ports: [...ports],
    mode: "active-backup",
    farSide: "independent",
    ...(primary === undefined ? {} : { primary }),
  };
}
