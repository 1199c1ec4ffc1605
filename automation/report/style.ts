/** Colours for light and dark pages; each pair of words and ground has the contrast of WCAG AA. */
const COLOURS = `
:root {
  color-scheme: light dark;
  --page: #f6f7f9; --sheet: #ffffff; --text: #1b2430; --soft: #505c6b; --line: #d5dbe3; --link: #0b57b0;
  --good: #17692f; --good-ground: #e4f4e8; --warn: #7a4a00; --warn-ground: #fdf0d5;
  --bad: #a3161f; --bad-ground: #fce6e7; --unseen: #4c5664; --unseen-ground: #e9ecf0;
  --looks: #8a97a8; --changes: #2166c4; --gate: #7b4fb3;
}
@media screen and (prefers-color-scheme: dark) {
  :root {
    --page: #10151c; --sheet: #181f29; --text: #e5eaf1; --soft: #a5b1c0; --line: #323d4c; --link: #84b6f7;
    --good: #7fd699; --good-ground: #16331f; --warn: #f0bd63; --warn-ground: #3a2b10;
    --bad: #ff9a9f; --bad-ground: #43191d; --unseen: #b7c1ce; --unseen-ground: #29323e;
    --looks: #75849a; --changes: #5f9bf0; --gate: #b08ae6;
  }
}`;

const PAGE = `
* { box-sizing: border-box; }
html { background: var(--page); color: var(--text); font: 15px/1.5 system-ui, "Segoe UI", Roboto, "DejaVu Sans", sans-serif; }
body { margin: 0 auto; max-width: 1200px; padding: 24px 20px 48px; overflow-wrap: anywhere; }
h1 { font-size: 2rem; line-height: 1.2; margin: 0; }
h2 { font-size: 1.2rem; margin: 0 0 2px; }
h3 { font-size: .95rem; margin: 20px 0 6px; }
h3 .badge { font-size: .8rem; }
p { margin: 6px 0; }
a { color: var(--link); }
code { font-family: ui-monospace, "DejaVu Sans Mono", monospace; font-size: .86em; color: var(--soft); }
ul { margin: 6px 0; padding-left: 20px; }
nav { margin: 20px 0 0; font-size: .9rem; }
nav ul { display: flex; flex-wrap: wrap; gap: 2px 14px; list-style: none; padding: 0; margin: 0; }
nav a { display: inline-block; padding: 4px 0; }
section { background: var(--sheet); border: 1px solid var(--line); border-radius: 8px; margin: 16px 0 0; padding: 16px 20px 18px; }
footer { color: var(--soft); font-size: .85rem; margin-top: 20px; }
section p, section ul { font-size: .92rem; }
.verdict { margin: 8px 0 10px; font-size: 1.1rem; }
.seen { color: var(--soft); font-size: .85rem; margin: 0 0 10px; }
.seen strong { color: var(--text); }
.muted { color: var(--soft); }
.good-text { color: var(--good); } .bad-text { color: var(--bad); font-weight: 600; }
.notice { background: var(--unseen-ground); border-left: 4px solid var(--unseen); border-radius: 4px; margin: 12px 0; padding: 6px 14px; }`;

const BADGES = `
.badge { border-radius: 4px; display: inline-block; font-size: .9em; font-weight: 600; line-height: 1.35; padding: 1px 7px; }
.badge.short, .nowrap { white-space: nowrap; }
.badge.good { background: var(--good-ground); color: var(--good); }
.badge.warn { background: var(--warn-ground); color: var(--warn); }
.badge.bad { background: var(--bad-ground); color: var(--bad); }
.badge.unseen { background: var(--unseen-ground); border: 1px dashed var(--unseen); color: var(--unseen); padding: 0 6px; }
.badge.plain { background: var(--unseen-ground); color: var(--text); }
.tiles { display: grid; gap: 10px; grid-template-columns: repeat(4, minmax(0, 1fr)); list-style: none; margin: 16px 0 0; padding: 0; }
.tile { background: var(--sheet); border: 1px solid var(--line); border-radius: 8px; border-top: 3px solid var(--line); }
.tile.good { border-top-color: var(--good); } .tile.warn { border-top-color: var(--warn); }
.tile.bad { border-top-color: var(--bad); } .tile.unseen { border-top: 3px dashed var(--unseen); }
.tile a { color: inherit; display: flex; flex-direction: column; gap: 4px; align-items: flex-start; height: 100%; padding: 10px 14px 12px; text-decoration: none; }
.tile a:hover .name, .tile a:focus .name { text-decoration: underline; }
.tile .badge { white-space: normal; }
.tile .name, .tile .more { color: var(--soft); font-size: .85rem; }`;

const TABLES = `
.wide { margin: 8px 0; overflow-x: auto; }
table { border-collapse: collapse; font-size: .87rem; font-variant-numeric: tabular-nums; line-height: 1.4; overflow-wrap: normal; width: 100%; }
th, td { border-bottom: 1px solid var(--line); padding: 5px 12px 5px 0; text-align: left; vertical-align: top; }
th:last-child, td:last-child { padding-right: 0; }
table.matrix { width: auto; }
.matrix th, .matrix td { min-width: 6.5em; padding-right: 16px; }
.beside { column-gap: 40px; display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 430px), 1fr)); }
.beside > div { min-width: 0; }
thead th { color: var(--soft); font-weight: 600; white-space: nowrap; }
tbody th { font-weight: 600; }
tbody tr:last-child > * { border-bottom: 0; }
details { border-bottom: 1px solid var(--line); padding: 5px 0; }
summary { cursor: pointer; font-weight: 600; }
dl { display: grid; font-size: .87rem; gap: 2px 14px; grid-template-columns: 7em 1fr; margin: 6px 0 6px 16px; }
dt { color: var(--soft); } dd { grid-column: 2; margin: 0; } dt + dd { grid-row: auto; }`;

const DRAWINGS = `
.drawing { overflow-x: auto; }
.topology { display: block; height: auto; max-width: 100%; }
.topology.narrow, .letters { display: none; }
.topology text { fill: var(--text); font-size: 13px; }
.topology .strong { font-weight: 600; }
.topology .small { fill: var(--soft); font-size: 11.5px; }
.topology .small.good { fill: var(--good); } .topology .small.warn { fill: var(--warn); } .topology .small.bad { fill: var(--bad); }
.topology .halo { paint-order: stroke; stroke: var(--sheet); stroke-width: 4px; stroke-linejoin: round; }
.topology .net { stroke: var(--looks); stroke-width: 3; stroke-linecap: round; opacity: .45; }
.topology .wire { stroke: var(--line); stroke-width: 2; }
.topology .card { fill: var(--page); stroke: var(--line); }
.topology .card.unseen { stroke: var(--unseen); stroke-dasharray: 5 4; }
.topology .edge { fill: var(--looks); }
.topology .edge.good { fill: var(--good); } .topology .edge.bad { fill: var(--bad); } .topology .edge.warn { fill: var(--warn); }
.topology .edge.unseen { fill: none; }
.topology .dot { fill: var(--sheet); stroke: var(--unseen); stroke-width: 2; }
.topology .dot.good { fill: var(--good); stroke: var(--good); } .topology .dot.bad { fill: var(--sheet); stroke: var(--bad); }
.topology .dot.plain { fill: var(--looks); stroke: none; }
.topology .dot.warn { fill: var(--warn); stroke: var(--warn); } .topology .dot.unseen { stroke-dasharray: 3 2; }
.topology .cross { fill: none; stroke: var(--bad); stroke-width: 2; }
.topology .cable { fill: none; stroke: var(--good); stroke-width: 3; }
.topology .cable.bad { stroke: var(--bad); } .topology .cable.unseen { stroke: var(--unseen); stroke-dasharray: 5 5; stroke-width: 2; }
.topology .stop { fill: var(--sheet); stroke: var(--soft); stroke-width: 2; }
.letters { color: var(--soft); font-size: .85rem; list-style: none; margin: 8px 0 0; padding: 0; }
.letters b { color: var(--text); display: inline-block; min-width: 1.4em; }
.legend { color: var(--soft); font-size: .85rem; }
.key { border-radius: 6px; display: inline-block; height: 11px; margin: 0 2px 0 10px; vertical-align: -1px; width: 11px; }
.key:first-child { margin-left: 0; }
.key.good { background: var(--good); } .key.bad { border: 2px solid var(--bad); } .key.unseen { border: 2px dashed var(--unseen); }
.key.looks { background: var(--looks); } .key.changes { background: var(--changes); } .key.gate { background: var(--gate); } .key.failed { background: var(--bad); }
.bars { display: block; height: 14px; min-width: 160px; width: 100%; }
.bars .span { fill: var(--line); } .bars .looks { fill: var(--looks); } .bars .changes { fill: var(--changes); }
.bars .gate { fill: var(--gate); } .bars .failed { fill: var(--bad); }
.axis { display: flex; font-weight: 400; justify-content: space-between; }
.chart th:nth-child(2), .chart td:nth-child(2) { width: 55%; }
.chart td, .chart tbody th { padding-bottom: 2px; padding-top: 2px; white-space: nowrap; }`;

const NARROW = `
@media screen and (max-width: 720px) {
  body { padding: 16px 12px 32px; }
  section { padding: 12px 14px; }
  .topology.wide { display: none; } .topology.narrow { display: block; width: 100%; } .letters { display: block; }
  .tiles { grid-template-columns: repeat(2, minmax(0, 1fr)); }
  .tile a { padding: 8px 10px 10px; }
  .wide tbody th { background: var(--sheet); left: 0; position: sticky; }
  .bars { min-width: 120px; }
  dl { grid-template-columns: 1fr; } dd { grid-column: 1; }
}`;

/** Everything is printed, also what is folded in, and nothing that is only there to be pressed. */
const PRINT = `
@media print {
  @page { margin: 14mm; }
  html { background: none; font-size: 10pt; }
  body { max-width: none; padding: 0; }
  nav { display: none; }
  a { color: inherit; text-decoration: none; }
  section { border: 0; border-top: 1px solid var(--line); border-radius: 0; padding: 10px 0; }
  .wide, .drawing { overflow: visible; }
  table { font-size: 8.5pt; }
  tr, h2, h3, .matrix, .tile, .notice, .topology { break-inside: avoid; }
  h2, h3, .seen { break-after: avoid; }
  details::details-content { content-visibility: visible; height: auto; }
  .badge, .key, .tile, .bars rect, .topology * { print-color-adjust: exact; }
  .topology { max-height: 230mm; }
  .bars { min-width: 0; }
}`;

/** The whole style of a report: no font, picture or sheet comes from elsewhere. */
export const STYLE = [COLOURS, PAGE, BADGES, TABLES, DRAWINGS, NARROW, PRINT].join("\n");
