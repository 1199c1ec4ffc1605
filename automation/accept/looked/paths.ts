import { pathsMeasuredBy } from "../../report/latencies.js";
import type { Material } from "../../report/material.js";
import { atMost, doesNotApply, type Judged, judged } from "../judged.js";
import { LATENCY_MS } from "../limits.js";
import { type AcceptanceTest, LOOKS_ALONE, type OfFile } from "../test.js";
import { byMeasurements, unexamined } from "./measured.js";

const withoutPaths = ({ plan }: OfFile) =>
  plan.nodes.some(({ paths }) => Object.values(paths).flat().length > 0)
    ? undefined
    : doesNotApply("no two nodes of the file share a network");

export const paths: AcceptanceTest = {
  ...LOOKS_ALONE,
  name: "paths",
  title: "Every node reaches every other one at full packet size",
  measure:
    "five packets of full size that may not be fragmented, for each pair, direction and network",
  threshold: "none is lost, each leaves by the port that the file means",
  without: withoutPaths,
  perform: async ({ material }) => byMeasurements("paths that carry", ["cluster/path"], material),
};

export const latency: AcceptanceTest = {
  ...LOOKS_ALONE,
  name: "latency",
  title: "Round trips between nodes",
  measure: "the average of each path's packets of full size",
  threshold: `the slowest path at most ${LATENCY_MS} ms`,
  without: withoutPaths,
  perform: async ({ material }) => slowestOf(material),
};

function slowestOf(material: Material): Judged {
  const times = material.plan.nodes.flatMap(({ name }) =>
    (pathsMeasuredBy(material, name) ?? []).flatMap(({ result }) =>
      result.averageMs === undefined
        ? []
        : [{ of: `${name} -> ${result.toNode} (${result.network})`, ms: result.averageMs }],
    ),
  );
  const [slowest] = times.toSorted((a, b) => b.ms - a.ms);
  if (slowest === undefined) {
    return judged([], unexamined(material));
  }
  const shown = (ms: number): string => `${ms.toFixed(2)} ms`;
  const { figure, wrong } = atMost(`slowest, ${slowest.of}`, slowest.ms, LATENCY_MS, shown);
  return judged([figure], [...unexamined(material), ...wrong]);
}
