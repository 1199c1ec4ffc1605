import { networkOf } from "../../../config/plan/address.js";
import type { ClusterInput } from "../../../config/schema/cluster.js";
import type { ClusterFacts } from "../look/cluster-parts.js";
import type { Margin } from "../margin.js";

type DatacenterInput = NonNullable<ClusterInput["datacenter"]>;
type Limits = NonNullable<DatacenterInput["bandwidthLimits"]>;
const LIMITS = ["default", "migration", "clone", "restore", "move"] as const;
/** Said by `ha`, or read below. */
const SAID = ["migration", "ha", "crs", "bwlimit", "keyboard", "email_from"];

/** `type=insecure,network=10.0.0.0/24`; the first word may stand without its key. */
export function pairsOf(text: string, first: string): Record<string, string> {
  return Object.fromEntries(
    text.split(",").flatMap((word, at) => {
      const [key = "", value] = word.trim().split("=");
      return value === undefined ? (at === 0 && key !== "" ? [[first, key]] : []) : [[key, value]];
    }),
  );
}

export function migrationNetwork({ options }: Pick<ClusterFacts, "options">): string | undefined {
  const { network } = pairsOf(options.migration ?? "", "type");
  return network === undefined ? undefined : networkOf(network);
}

export function concludeDatacenter(
  cluster: ClusterFacts,
  nameOf: (cidr: string) => string | undefined,
  margin: Margin,
): DatacenterInput {
  const { options, pools } = cluster;
  const cidr = migrationNetwork(cluster);
  const name = cidr === undefined ? undefined : nameOf(cidr);
  const { type } = pairsOf(options.migration ?? "", "type");
  if (cidr !== undefined && name === undefined) {
    margin.leave(`Migrations go through ${cidr}, which is no network of all nodes in this file.`);
  }
  for (const [key, value] of Object.entries(options)) {
    if (!SAID.includes(key)) {
      margin.leave(`datacenter.cfg says \`${key}: ${value}\`.`);
    }
  }
  return {
    ...(name === undefined ? {} : { migrationNetwork: name }),
    ...(name !== undefined && type === "insecure" ? { migrationType: "insecure" } : {}),
    ...limitsOf(options.bwlimit),
    ...(pools.length === 0 ? {} : { pools: pools.toSorted() }),
    ...(options.keyboard === undefined ? {} : { keyboard: options.keyboard }),
    ...(options.email_from === undefined ? {} : { emailFrom: options.email_from }),
  };
}

/** Proxmox counts KiB in a second. */
function limitsOf(text: string | undefined): { bandwidthLimits?: Limits } {
  if (text === undefined) {
    return {};
  }
  const said = pairsOf(text, "default");
  const limits: Limits = {};
  for (const job of LIMITS) {
    const rate = said[job];
    if (rate !== undefined) {
      limits[job] = `${rate}KiB`;
    }
  }
  return { bandwidthLimits: limits };
}
