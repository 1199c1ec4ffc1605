import { type ClusterPlan, measurableNetworks, nodeOf } from "../../config/plan/index.js";
import type { PathPlan } from "../../config/plan/paths.js";
import type { ClusterSpec } from "../../config/schema/cluster.js";
import {
  clientScript,
  LARGEST_RUN_S,
  parseThroughput,
  STOP_SERVER_SCRIPT,
  serverScript,
  type Throughput,
} from "../../dynamic-providers/measure/throughput.js";
import { look } from "../../dynamic-providers/transport/ssh/look.js";
import type { Shell } from "../../dynamic-providers/transport/ssh/run-options.js";
import { onlooker } from "../hosts/onlooker.js";
import { troubleOf } from "./trouble.js";

export interface PathThroughput extends Throughput {
  readonly network: string;
  readonly from: string;
  readonly to: string;
}

const CONNECT_MS = 5_000;

/** What is measured when no network is named: rings, and where there is none the network with the largest packets. */
export function networksToMeasure(plan: ClusterPlan): string[] {
  const rings = plan.rings.map(({ network }) => network);
  if (rings.length > 0) {
    return rings;
  }
  const mtus = measurableNetworks(plan).map((network) => ({
    network,
    mtu: Math.max(0, ...pathsIn(plan, network).map(({ path }) => path.mtu)),
  }));
  const largest = Math.max(...mtus.map(({ mtu }) => mtu));
  return mtus.filter(({ mtu }) => mtu === largest).map(({ network }) => network);
}

/** One direction at a time: runs that share a cable would measure each other. */
export async function measureThroughput(
  spec: ClusterSpec,
  plan: ClusterPlan,
  networks: readonly string[],
): Promise<PathThroughput[]> {
  const looking = onlooker(spec, CONNECT_MS, () => undefined);
  const shellOf = (node: string): Shell => looking.shell(nodeOf(plan, node).connection, "doctor");
  try {
    const found: PathThroughput[] = [];
    for (const { node, path } of networks.flatMap((one) => pathsIn(plan, one))) {
      const measured = await measureOne(path, shellOf(node), shellOf(path.toNode));
      found.push({ network: path.network, from: node, to: path.toNode, ...measured });
    }
    return found;
  } finally {
    looking.leave();
  }
}

interface PathFrom {
  readonly node: string;
  readonly path: PathPlan;
}

/** One path for each pair and direction; the families share cables, so one of them will do. */
function pathsIn({ nodes }: ClusterPlan, network: string): PathFrom[] {
  return nodes.flatMap(({ name: node, paths }) => {
    const first = new Map((paths[network] ?? []).toReversed().map((path) => [path.toNode, path]));
    return [...first.values()].toReversed().map((path) => ({ node, path }));
  });
}

async function measureOne(path: PathPlan, client: Shell, server: Shell): Promise<Throughput> {
  const timeoutMs = (LARGEST_RUN_S + 15) * 1_000;
  const run = (script: string, verb: string) =>
    server.run(script, { timeoutMs, repeatable: false, verb });
  const nothing = (complaint: string): Throughput => ({
    bitsPerSecond: undefined,
    retransmits: 0,
    seconds: 0,
    complaint,
  });
  try {
    const listening = await run(serverScript(path.to), "listen for a measurement");
    if (listening.status !== 0) {
      return nothing(listening.stderr.trim());
    }
    const script = clientScript(path.from, path.to);
    return parseThroughput(
      await look(client, { script, verb: "measure the throughput", timeoutMs, repeatable: false }),
    );
  } catch (error) {
    return nothing(troubleOf(error).why);
  } finally {
    await run(STOP_SERVER_SCRIPT, "end the measurement").catch(() => undefined);
  }
}

export function renderThroughput(found: readonly PathThroughput[]): string {
  const line = (one: PathThroughput): string => {
    const rate =
      one.bitsPerSecond === undefined
        ? `not measured: ${one.complaint || "iperf3 reported no rate"}`
        : `${(one.bitsPerSecond / 1e9).toFixed(2)} Gbit/s, ${one.retransmits} retransmits`;
    return `  ${one.network}: ${one.from} -> ${one.to}  ${rate}`;
  };
  return ["", "Throughput, one direction at a time", ...found.map(line), ""].join("\n");
}
