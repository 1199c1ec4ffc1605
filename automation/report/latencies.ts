import { nodeOf } from "../../config/plan/index.js";
import { pathCarries } from "../../dynamic-providers/health/paths.js";
import { type PathResult, parsePaths } from "../../dynamic-providers/measure/paths.js";
import { pathsOf } from "../doctor/questions.js";
import { type Html, html } from "./html.js";
import type { Material } from "./material.js";
import { matrices } from "./matrices.js";
import { factsOf } from "./sight.js";

/** One path as it was measured, and whether it is as it should be. */
export interface MeasuredPath {
  readonly result: PathResult;
  readonly isGood: boolean;
}

/** What a node has measured; undefined where it was not examined, or nothing was measured. */
export function pathsMeasuredBy(
  material: Material,
  node: string,
): readonly MeasuredPath[] | undefined {
  const { formed } = material.examination;
  const facts = factsOf(material, node);
  return facts === undefined || !formed
    ? undefined
    : parsePaths(pathsOf(material.plan, node), facts.pathsOutput).map((result) => ({
        result,
        isGood: pathCarries(node, result).met,
      }));
}

/** For each network from whom to whom packets of full size went, and how long they took. */
export function latencies(material: Material): Html {
  const names = material.plan.nodes.map(({ name }) => name);
  const [first] = material.plan.nodes;
  const networks = Object.keys(first === undefined ? {} : nodeOf(material.plan, first.name).paths);
  const measured = new Map(names.map((name) => [name, pathsMeasuredBy(material, name)]));
  return matrices(
    networks.map((network) => ({
      title: `Packets of full size through ${network}`,
      names,
      cell: (from, to) => cell(measured.get(from), network, to),
    })),
  );
}

/** Both families share a cell: the worse one counts. */
function cell(paths: readonly MeasuredPath[] | undefined, network: string, to: string): Html {
  const of = paths?.filter(({ result }) => result.network === network && result.toNode === to);
  if (of === undefined || of.length === 0) {
    return html`<span class="muted">not seen</span>`;
  }
  const bad = of.find(({ isGood }) => !isGood);
  if (bad !== undefined) {
    const { received, sent } = bad.result;
    return html`<span class="bad-text">\u2717 ${received < sent ? `${received} of ${sent}` : "wrong way"}</span>`;
  }
  const slowest = Math.max(...of.map(({ result }) => result.averageMs ?? 0));
  return html`<span class="good-text">\u2713 ${slowest.toFixed(2)} ms</span>`;
}
