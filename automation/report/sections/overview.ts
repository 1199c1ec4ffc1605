import { type Html, html } from "../html.js";
import type { Material } from "../material.js";
import { moment } from "../moment.js";
import { badge } from "../parts.js";
import { answersToExamination, answersToLook } from "../sight.js";
import { tilesOf } from "./tiles.js";

/** What the cluster is, whether it is well, and what of all that could not be seen. */
export function overview(material: Material): Html {
  const { plan, stack, madeAtMs, madeOn, look } = material;
  return html`<header>
<h1>${plan.name}</h1>
<p class="verdict">${verdict(material)}</p>
<p>Report about the stack ${stack}: ${plan.nodes.length} nodes, Proxmox VE ${plan.major}. Made ${moment(madeAtMs)} on ${madeOn}; nodes were asked from there at ${moment(look.atMs)} and ${moment(material.examination.atMs)}.</p>
${notSeen(material)}
<ul class="tiles">${tilesOf(material).map(
    ({ title, tone, value, more, at }) =>
      html`<li class="tile ${tone}"><a href="#${at}"><span class="name">${title}</span>${badge(tone, value)}<span class="more">${more}</span></a></li>
`,
  )}</ul>
</header>
`;
}

function verdict(material: Material): Html {
  const { quorum, healthy } = material.look.view;
  const { told } = answersToLook(material);
  if (told.length === 0) {
    return badge("unseen", "Nothing is known: no node answered");
  }
  if (!quorum.quorate) {
    return quorum.known
      ? badge("bad", "No quorum, say the nodes that answered")
      : badge("unseen", "Whether there is quorum was not seen");
  }
  return healthy ? badge("good", "Healthy") : badge("warn", "Works, but not all is well");
}

function notSeen(material: Material): Html | undefined {
  const looked = answersToLook(material).silent;
  const examined = answersToExamination(material).silent;
  const lines = material.plan.nodes.flatMap(({ name }) => {
    const reasons = [
      ...looked.filter(({ node }) => node === name).map(({ why }) => why),
      ...examined.filter(({ node }) => node === name).map(({ why }) => why),
    ];
    return reasons.length === 0
      ? []
      : [html`<li><strong>${name}</strong>: ${[...new Set(reasons)].join("; ")}</li>`];
  });
  return lines.length === 0
    ? undefined
    : html`<div class="notice"><p><strong>Not seen.</strong> Nothing below says how these nodes are:</p><ul>${lines}</ul></div>`;
}
