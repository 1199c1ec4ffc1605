import { type Html, html, Html as Markup } from "./html.js";
import type { Material } from "./material.js";
import { moment } from "./moment.js";
import { acceptance } from "./sections/acceptance.js";
import { backups } from "./sections/backups.js";
import { ceph } from "./sections/ceph.js";
import { drift } from "./sections/drift.js";
import { drills } from "./sections/drills.js";
import { fencing } from "./sections/fencing.js";
import { findings } from "./sections/findings.js";
import { gates } from "./sections/gates.js";
import { guests } from "./sections/guests.js";
import { networks } from "./sections/networks.js";
import { nodes } from "./sections/nodes.js";
import { overview } from "./sections/overview.js";
import { runs } from "./sections/runs.js";
import { security } from "./sections/security.js";
import { storage } from "./sections/storage.js";
import { topology } from "./sections/topology.js";
import { votes } from "./sections/votes.js";
import { whatif } from "./sections/whatif.js";
import { STYLE } from "./style.js";

/** By this a report is known as one, so that nothing else is overwritten by the next. */
export const GENERATOR = '<meta name="generator" content="proxmox-ha report">';

/** Short names of the sections, in their order. */
const SECTIONS: readonly (readonly [
  title: string,
  id: string,
  render: (material: Material) => Html | undefined,
])[] = [
  ["Topology", "topology", topology],
  ["Nodes", "nodes", nodes],
  ["Votes", "votes", votes],
  ["Networks", "networks", networks],
  ["Storage", "storage", storage],
  ["Ceph", "ceph", ceph],
  ["Guests", "guests", guests],
  ["Fencing", "fencing", fencing],
  ["What if", "whatif", whatif],
  ["Gates", "gates", gates],
  ["Findings", "findings", findings],
  ["Backups", "backups", backups],
  ["Security", "security", security],
  ["Acceptance", "acceptance", acceptance],
  ["Drills", "drills", drills],
  ["Drift", "drift", drift],
  ["Runs", "runs", runs],
];

/** The whole page. It needs no script and asks for nothing; the policy makes a browser hold to that. */
export function reportPage(material: Material): string {
  const { plan, madeAtMs, madeOn, stack } = material;
  const rendered = SECTIONS.flatMap(([title, id, render]) => {
    const content = render(material);
    return content === undefined ? [] : [{ title, id, content }];
  });
  const { markup } = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
${new Markup(GENERATOR)}
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">
<meta name="referrer" content="no-referrer">
<link rel="icon" href="data:,">
<title>${plan.name}: report</title>
<style>${new Markup(STYLE)}</style>
</head>
<body>
${overview(material)}
<nav aria-label="Sections"><ul>${rendered.map(({ title, id }) => html`<li><a href="#${id}">${title}</a></li>`)}</ul></nav>
<main>
${rendered.map(({ content }) => content)}
</main>
<footer>Written by <code>proxmox-ha report ${stack}</code> on ${madeOn}, ${moment(madeAtMs)}. \u201cNot seen\u201d means that nobody told; it never means well.</footer>
</body>
</html>
`;
  return markup;
}
