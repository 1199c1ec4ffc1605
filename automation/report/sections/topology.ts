import { type Html, html } from "../html.js";
import type { Material } from "../material.js";
import { sectionHtml } from "../parts.js";
import { seenByLook } from "../sight.js";
import { drawTopology, letterOf, narrowScale, wideScale } from "../topology/draw.js";
import { topologyOf } from "../topology/shape.js";

export function topology(material: Material): Html {
  const shape = topologyOf(material);
  const { name } = material.plan;
  return sectionHtml({
    id: "topology",
    title: "How it hangs together",
    seen: seenByLook(material),
    body: html`<div class="drawing" role="group" tabindex="0" aria-label="Drawing of the cluster">${drawTopology(shape, name, wideScale(shape))}${drawTopology(shape, name, narrowScale(shape))}</div>
<ol class="letters" aria-hidden="true">${shape.lines.map(
      ({ name: line, details }, at) =>
        html`<li><b>${letterOf(at)}</b> ${[line, ...details].join(", ")}</li>`,
    )}</ol>
<p class="legend"><span class="key good"></span> seen to be well <span class="key bad"></span> seen to be wrong <span class="key unseen"></span> not seen <span class="key looks"></span> by the file, for guests</p>`,
  });
}
