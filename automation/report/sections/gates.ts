import type { Measurement } from "../../doctor/finding.js";
import { type Html, html } from "../html.js";
import type { Material } from "../material.js";
import { badge, note, sectionHtml, some, table } from "../parts.js";
import { seenByExamination } from "../sight.js";

const MOST_NODES = 4;

/** What gates wait for, as it measures now. Paths have tables of their own among the networks. */
export function gates(material: Material): Html {
  const { measurements } = material.examination.report;
  const paths = measurements.filter(({ code }) => code === "cluster/path");
  const goodPaths = paths.filter(({ good }) => good).length;
  const others = measurements.filter((one) => one.code !== "cluster/path" || !one.good);
  return sectionHtml({
    id: "gates",
    title: "Gates and what they measure",
    seen: seenByExamination(material),
    body:
      measurements.length === 0
        ? note(
            material.examination.formed
              ? "Nothing was measured."
              : "No cluster was there to be measured.",
          )
        : [
            ...(paths.length === 0
              ? []
              : [
                  html`<p>${badge(goodPaths < paths.length ? "bad" : "good", `${goodPaths} of ${paths.length} paths`)} carry packets of full size by the right way; each of them is <a href="#networks">among the networks</a>.</p>`,
                ]),
            table({
              label: "Measurements",
              head: ["What", "Value", "Nodes", "What to do"],
              rows: grouped(others, material.plan.nodes.length).map(({ one, nodes }) => [
                one.what,
                badge(one.good ? "good" : "bad", one.value),
                nodes,
                one.good ? "" : one.fix,
              ]),
            }),
          ],
  });
}

/** Nodes that measure the same share a row; what is not good comes first. */
function grouped(
  measurements: readonly Measurement[],
  all: number,
): { readonly one: Measurement; readonly nodes: string }[] {
  const groups = new Map<string, { one: Measurement; nodes: string[] }>();
  for (const one of measurements) {
    const key = JSON.stringify([one.what, one.value, one.good]);
    const group = groups.get(key) ?? { one, nodes: [] };
    group.nodes.push(one.node);
    groups.set(key, group);
  }
  return [...groups.values()]
    .sort((a, b) => Number(a.one.good) - Number(b.one.good))
    .map(({ one, nodes }) => ({
      one,
      nodes: nodes.length === all && all > 1 ? `all ${all}` : some(nodes, MOST_NODES),
    }));
}
