import { loadStack } from "../../config/load/index.js";
import { planCluster } from "../../config/plan/index.js";
import { measurePaths } from "../../dynamic-providers/measure/paths.js";
import { planExchange } from "../../dynamic-providers/pvecm/udp-exchange.js";
import { addressesByLink } from "../../dynamic-providers/pvecm/vocabulary.js";
import { plainCluster } from "../e2e/support/plain-cluster.js";
import type { MeasuredRun } from "./measured.js";

const SIZES = [3, 6, 9, 16, 32];
const BEGIN_OF_A_PATH = /^\(/gm;

/** What grows faster than the number of nodes, counted by the program's own planners and scripts against hosts that only count. */
export async function measureSquare(): Promise<NonNullable<MeasuredRun["square"]>> {
  return await Promise.all(SIZES.map(measureSize));
}

async function measureSize(nodes: number) {
  const file = `Pulumi.plain${nodes}.yaml`;
  const today = new Date().toISOString().slice(0, 10);
  const { spec, findings } = loadStack({ file, text: plainCluster(`plain${nodes}`, nodes), today });
  if (spec === undefined) {
    throw new Error(`${file}: ${findings.map(({ what }) => what).join("; ")}`);
  }
  const plan = planCluster(spec);
  const hostLines = plan.nodes.flatMap(({ host }) =>
    host.baseFiles.flatMap(({ files }) =>
      files
        .filter(({ path }) => path === "/etc/hosts")
        .flatMap(({ content }) => content.split("\n").filter((line) => line !== "")),
    ),
  );
  const asked = await Promise.all(plan.nodes.map(({ name, paths }) => askPaths(name, paths)));
  const joins = plan.nodes.slice(1).map((joiner, at) =>
    planExchange(
      { name: joiner.name, links: addressesByLink(joiner.links) },
      plan.nodes
        .slice(0, at + 1)
        .map(({ name, links }) => ({ name, links: addressesByLink(links) })),
      5405,
    ),
  );
  return {
    nodes,
    hostLines: hostLines.length,
    paths: sum(asked.map(({ paths }) => paths)),
    pathTrips: sum(asked.map(({ trips }) => trips)),
    wavesOfAHost: Math.max(...asked.map(({ waves }) => waves)),
    datagrams: sum(joins.flatMap((join) => [...join.values()].map(({ sends }) => sends.length))),
    joinTrips: sum(joins.map((join) => join.size)),
    fenceAnswers: nodes * (nodes - 1),
    fenceTrips: nodes,
  };
}

type Paths = ReturnType<typeof planCluster>["nodes"][number]["paths"];

/** What one host is asked when its paths are measured. */
async function askPaths(node: string, paths: Paths) {
  const scripts: string[] = [];
  const wishes = Object.values(paths).flat();
  await measurePaths(wishes, {
    node,
    run: (script) => {
      scripts.push(script);
      return Promise.resolve({
        status: 0,
        signal: undefined,
        stdout: "",
        stderr: "",
      });
    },
  });
  const [script = ""] = scripts;
  return {
    paths: script.match(BEGIN_OF_A_PATH)?.length ?? 0,
    trips: scripts.length,
    waves: script.split("\nwait").filter((part) => part.includes("ping ")).length,
  };
}

const sum = (values: readonly number[]): number => values.reduce((all, one) => all + one, 0);
