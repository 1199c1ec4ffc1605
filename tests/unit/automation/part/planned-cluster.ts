import { type Planned, plannedOf } from "../../../../automation/engine/part/planned.js";

export const NODES = ["frege", "russell", "wittgenstein"];

const DYNAMIC = "pulumi-nodejs:dynamic";
const urn = (type: string, name: string): string =>
  `urn:pulumi:frege::proxmox-ha::${type}::${name}`;
const inside = (component: string, type: string, name: string): string =>
  urn(`proxmox-ha:${component}$${type}`, name);

/** What is to be done with resources, by their names; "same" for all others. */
export type Changes = Readonly<Record<string, string | readonly [op: string, ...inputs: string[]]>>;

interface Declared {
  readonly urn: string;
  readonly name: string;
  readonly parent?: string;
  readonly needs: readonly string[];
}

/** A cluster of three as the program declares it, in the shape in which Pulumi saves a preview. */
export function savedPreview(changes: Changes): object {
  const resources: Declared[] = [];
  const declare = (one: string, parent: string | undefined, needs: readonly string[]): string => {
    const name = one.split("::").at(-1) ?? one;
    resources.push({ urn: one, name, needs, ...(parent === undefined ? {} : { parent }) });
    return one;
  };
  const component = (type: string, name: string, needs: readonly string[]): string =>
    declare(urn(`proxmox-ha:${type}`, name), undefined, needs);

  const nodes = declare(urn(`${DYNAMIC}/pvecm:Roster`, "nodes"), undefined, []);
  const hosts = NODES.map((node) => {
    const base = component("host:HostBase", node, [nodes]);
    const of = (kind: string, what: string, needs: readonly string[]): string =>
      declare(inside("host:HostBase", `${DYNAMIC}/host:${kind}`, `${node}-${what}`), base, needs);
    const settings = of("Settings", "settings", []);
    return [settings, of("Packages", "packages", [settings])];
  });
  const interfaces = NODES.map((node, at) => {
    const network = component("network:BondedNetwork", node, hosts[at] ?? []);
    return declare(
      inside("network:BondedNetwork", `${DYNAMIC}/host:Network`, `${node}-interfaces`),
      network,
      [],
    );
  });
  const ring = component("network:ThunderboltRing", "ring", [...hosts.flat(), ...interfaces]);
  const ends = NODES.map((node) =>
    declare(inside("network:ThunderboltRing", `${DYNAMIC}/host:Network`, `ring-${node}`), ring, []),
  );
  const paths = component("network:NetworkPaths", "management", [...hosts.flat(), ...interfaces]);
  const gates = [
    declare(inside("network:NetworkPaths", `${DYNAMIC}/host:Paths`, "management-gate"), paths, []),
    declare(inside("network:ThunderboltRing", `${DYNAMIC}/host:Paths`, "ring-paths"), ring, ends),
  ];
  const clocks = component("host:ClockAgreement", "clocks", [...hosts.flat(), ...interfaces]);
  gates.push(
    declare(inside("host:ClockAgreement", `${DYNAMIC}/host:Clocks`, "clocks-gate"), clocks, []),
  );
  const cluster = component("cluster:CorosyncCluster", "ms01", [
    ...hosts.flat(),
    ...interfaces,
    ...gates,
  ]);
  const member = (kind: string, name: string, needs: readonly string[]): string =>
    declare(
      inside("cluster:CorosyncCluster", `${DYNAMIC}/pvecm:${kind}`, `ms01-${name}`),
      cluster,
      needs,
    );
  const founded = member("Cluster", "founded", []);
  const russell = member("Member", "russell", [founded]);
  const links = member("Links", "links", [member("Member", "wittgenstein", [russell])]);
  if ("ms01-without-godel" in changes) {
    member("Removal", "without-godel", [founded]);
  }
  const api = declare(
    inside("cluster:CorosyncCluster", "pulumi:providers:proxmoxve", "ms01-api"),
    cluster,
    [links],
  );
  const storage = component("storage:Storage", "nfs", [links, api]);
  const definition = declare(
    inside("storage:Storage", "proxmoxve:storage/nfs:Nfs", "nfs-definition"),
    storage,
    [],
  );
  const ha = component("ha:HaPlacement", "ha", [definition]);
  const guests = declare(inside("ha:HaPlacement", `${DYNAMIC}/ha:Guests`, "ha-guests"), ha, []);
  const fencing = component("fencing:Fencing", "fencing", [guests]);
  const fencers = NODES.map((node) =>
    declare(inside("fencing:Fencing", `${DYNAMIC}/host:Files`, `fencing-${node}`), fencing, []),
  );
  declare(inside("fencing:Fencing", `${DYNAMIC}/fencing:Proof`, "fencing-proof"), fencing, fencers);
  return {
    manifest: {},
    resourcePlans: Object.fromEntries(
      resources.map(({ urn: one, name, parent, needs }) => {
        const [op, ...inputs] = [
          changes[`${one.includes("$") ? "" : "+"}${name}`] ?? changes[name] ?? "same",
        ].flat();
        return [
          one,
          {
            goal: {
              ...(parent === undefined ? {} : { parent }),
              dependencies: needs,
              inputDiff: { updates: Object.fromEntries(inputs.map((key) => [key, null])) },
            },
            steps: [op],
          },
        ];
      }),
    ),
  };
}

export const plannedWith = (changes: Changes): readonly Planned[] =>
  plannedOf(savedPreview(changes), NODES);

/** Everything of these phases, as it is before the first run. */
export function neverApplied(from: readonly string[]): Changes {
  const all = plannedOf(savedPreview({}), NODES);
  return Object.fromEntries(
    all
      .filter(
        ({ phase, isComponent }) => !isComponent && phase !== undefined && from.includes(phase),
      )
      .map(({ name }) => [name, "create"]),
  );
}
