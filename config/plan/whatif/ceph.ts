import { list } from "../../findings/enumeration.js";
import type { CephPlan } from "../ceph.js";
import type { CephLayout } from "../ceph-layouts.js";
import type { Consequence, Loss, Outcome } from "./ask.js";

/** Of file systems, as Ceph makes them. */
const FILESYSTEM_MINIMUM = 2;

export interface CephLeft {
  readonly consequence: Consequence;
  /** Pools that do not serve all of their data. */
  readonly stopped: readonly string[];
}

/** Undefined where this program makes no Ceph. The worst case of each pool: what is lost is taken to hold parts of one object. */
export function cephLeft(
  ceph: CephPlan | undefined,
  gone: readonly string[],
  loss: Pick<Loss, "networks" | "osds">,
): CephLeft | undefined {
  if (ceph === undefined || ceph.withheld.length > 0) {
    return undefined;
  }
  const all = ceph.layouts.map(({ pool }) => pool);
  const cut = [...new Set([ceph.publicNetwork, ceph.clusterNetwork])].filter((network) =>
    loss.networks.includes(network),
  );
  if (cut.length > 0) {
    const what = cut.includes(ceph.publicNetwork)
      ? "neither monitors nor clients reach anybody"
      : "OSDs cannot copy to each other";
    const line = `Everything on it stops: over ${list(cut)} ${what}.`;
    return { consequence: told("stops", [line]), stopped: all };
  }
  const monitors = ceph.monitors.filter((node) => !gone.includes(node));
  const counted = `${monitors.length} of ${ceph.monitors.length} monitors`;
  if (2 * monitors.length <= ceph.monitors.length) {
    const line = `Everything on it stops: ${counted} ${monitors.length === 1 ? "is" : "are"} left, which is no majority. No data is lost by that.`;
    return { consequence: told("stops", [line]), stopped: all };
  }
  const pools = ceph.layouts.map((layout) => poolLeft(ceph, layout, gone, loss.osds.length));
  const services = servicesLeft(ceph, gone);
  const outcome = worst([...pools, ...services].map((one) => one.outcome));
  const lines = [
    ...(monitors.length < ceph.monitors.length ? [`${counted} are left, a majority.`] : []),
    ...grouped(pools),
    ...services.map(({ line }) => line),
  ];
  return {
    consequence: told(outcome, lines),
    stopped: pools.filter((one) => one.outcome === "stops").map(({ pool }) => pool),
  };
}

const told = (outcome: Outcome, lines: readonly string[]): Consequence => ({
  about: "Ceph",
  outcome,
  lines,
});

interface PoolLeft {
  readonly pool: string;
  readonly outcome: Outcome;
  readonly said: string;
}

function poolLeft(
  ceph: CephPlan,
  layout: CephLayout,
  gone: readonly string[],
  osds: number,
): PoolLeft {
  const { pool, parts, data, failureDomain } = layout;
  const carriers = [
    ...new Set(
      ceph.osds
        .filter(({ rule }) => layout.class === undefined || rule.class === layout.class)
        .map(({ node }) => node),
    ),
  ];
  const placeOf = (node: string): string =>
    failureDomain === "host"
      ? node
      : (ceph.locations.find((one) => one.node === node)?.[failureDomain] ?? node);
  const hit = new Set(carriers.filter((node) => gone.includes(node)).map(placeOf));
  const whole = new Set(carriers.filter((node) => !gone.includes(node)).map(placeOf));
  // Disks may lie on as many other hosts.
  const lost = Math.min(
    parts,
    hit.size + Math.min(osds, new Set(carriers.map(placeOf)).size - hit.size),
  );
  const left = parts - lost;
  const unit = data > 1 ? "parts" : "copies";
  if (lost === 0) {
    return { pool, outcome: "serves", said: "serves as before" };
  }
  if (left < data) {
    return {
      pool,
      outcome: "stops",
      said: `has objects of which ${left === 0 ? "nothing" : `${left} of ${parts} ${unit}`} is left: they are gone if the machines or disks do not come back`,
    };
  }
  const minimum = minimumOf(ceph, layout);
  if (left < minimum) {
    return {
      pool,
      outcome: "stops",
      said: `stops for some of its data: ${left} of ${parts} ${unit} are left, and ${minimum} are needed to serve`,
    };
  }
  const heals = whole.size >= parts;
  return {
    pool,
    outcome: "weaker",
    said: `serves with ${left} of ${parts} ${unit}, ${heals ? "and makes the others anew elsewhere" : `until what is lost is back: there is no other ${failureDomain} for the others`}`,
  };
}

/** Pools to which the same happens, in one line. */
function grouped(pools: readonly PoolLeft[]): string[] {
  return [...new Set(pools.map(({ said }) => said))].map((said) => {
    const names = pools.filter((one) => one.said === said).map(({ pool }) => pool);
    return names.length === 1 ? `${names[0]} ${said}.` : `Each of ${list(names)} ${said}.`;
  });
}

function minimumOf(ceph: CephPlan, { pool, data }: CephLayout): number {
  if (data > 1) {
    return data + 1;
  }
  const own = ceph.pools.find(({ name }) => name === pool || `${name}-metadata` === pool);
  return own?.minSize ?? FILESYSTEM_MINIMUM;
}

interface ServiceLeft {
  readonly outcome: Outcome;
  readonly line: string;
}

function servicesLeft(ceph: CephPlan, gone: readonly string[]): ServiceLeft[] {
  const managers = ceph.managers.filter((node) => !gone.includes(node));
  const servers = ceph.metadataServers.filter((node) => !gone.includes(node));
  const filesystems = ceph.filesystems.map(({ name }) => name);
  return [
    ...(managers.length === 0 && ceph.managers.length > 0
      ? [
          {
            outcome: "weaker" as const,
            line: "No manager is left: data serves, and the page, metrics and the autoscaler stand still.",
          },
        ]
      : []),
    ...(servers.length < filesystems.length
      ? [
          {
            outcome: "stops" as const,
            line: `${servers.length} metadata servers are left for ${list(filesystems)}: ${filesystems.length - servers.length === 1 ? "one file system stops" : "file systems stop"}.`,
          },
        ]
      : servers.length < ceph.metadataServers.length
        ? [
            {
              outcome: "weaker" as const,
              line: `${list(servers)} ${servers.length === 1 ? "serves" : "serve"} ${list(filesystems)} from then on.`,
            },
          ]
        : []),
  ];
}

const RANKS: readonly Outcome[] = ["serves", "weaker", "stops"];

export const worst = (outcomes: readonly Outcome[]): Outcome =>
  RANKS[Math.max(0, ...outcomes.map((one) => RANKS.indexOf(one)))] ?? "serves";
