import { type Html, html } from "./html.js";
import { seconds } from "./moment.js";
import { table } from "./parts.js";
import { type Lane, lanesOf, type TimedStep } from "./timing.js";

const WIDE = 1000;
const HIGH = 14;
const LONGEST = 5;
/** A step of some milliseconds in a run of minutes is still to be seen. */
const THINNEST = 2;

/** When what was done for which kind of resource, each kind a row; below it the steps that took longest. */
export function timingChart(steps: readonly TimedStep[]): Html {
  const beganMs = Math.min(...steps.map((step) => step.beganMs));
  const wholeMs = Math.max(1, Math.max(...steps.map((step) => step.endedMs)) - beganMs);
  const lanes = lanesOf(steps);
  const longest = [...steps].sort((a, b) => lasting(b) - lasting(a)).slice(0, LONGEST);
  return html`<p class="legend"><span class="key looks"></span> looks <span class="key changes"></span> changes <span class="key gate"></span> gates <span class="key failed"></span> failed; ${seconds(wholeMs / 1_000)} in all, ${steps.length} remote steps</p>
<div class="chart">${table({
    label: "Timing by kind of resource",
    head: [
      "For",
      html`<span class="axis"><span>0 s</span><span>${seconds(wholeMs / 2_000)}</span><span>${seconds(wholeMs / 1_000)}</span></span>`,
      "Began after",
      "Within",
      "Steps",
      "Hosts",
    ],
    rows: lanes.map((lane) => [
      lane.isGate ? html`${lane.kind} <span class="muted">gate</span>` : lane.kind,
      bars(lane, beganMs, wholeMs),
      seconds((lane.beganMs - beganMs) / 1_000),
      seconds((lane.endedMs - lane.beganMs) / 1_000),
      lane.steps.length,
      lane.hosts.length,
    ]),
  })}</div>
${table({
  label: "The longest steps",
  head: ["Longest step", "For", "On", "Took"],
  rows: longest.map((step) => [step.verb, step.kind, step.host, seconds(lasting(step) / 1_000)]),
})}`;
}

const lasting = ({ beganMs, endedMs }: TimedStep): number => endedMs - beganMs;

/** The figures beside it say the same in words, so that it is nothing to whoever does not see it. */
function bars(lane: Lane, beganMs: number, wholeMs: number): Html {
  const at = (ms: number): number => Math.round(((ms - beganMs) / wholeMs) * WIDE);
  return html`<svg class="bars" viewBox="0 0 ${WIDE} ${HIGH}" preserveAspectRatio="none" aria-hidden="true"><rect class="span" x="${at(lane.beganMs)}" y="6" width="${Math.max(THINNEST, at(lane.endedMs) - at(lane.beganMs))}" height="2"/>${lane.steps.map(
    (step) =>
      html`<rect class="${classOf(lane, step)}" x="${at(step.beganMs)}" y="1" width="${Math.max(THINNEST, at(step.endedMs) - at(step.beganMs))}" height="12"/>`,
  )}</svg>`;
}

function classOf({ isGate }: Lane, { failed, changed }: TimedStep): string {
  if (failed) {
    return "failed";
  }
  return isGate ? "gate" : changed ? "changes" : "looks";
}
