import { onlyItsWatchdog } from "../../../config/plan/fence.js";
import type { DeviceAnswer } from "../../doctor/power-devices.js";
import { spanOf } from "../../spans.js";
import { type Html, html, type Piece } from "../html.js";
import type { Material } from "../material.js";
import { moment } from "../moment.js";
import { badge, bullets, note, sectionHtml, table } from "../parts.js";
import { seenByLook } from "../sight.js";

type Pairs = Material["look"]["view"]["fencing"]["pairs"];

export function fencing(material: Material): Html {
  const { plan, look, examination, madeOn } = material;
  const { pairs, fencers, watchdogOnly } = look.view.fencing;
  const names = plan.nodes.map(({ name }) => name);
  const troubled = fencers.filter(({ state }) => state !== "active");
  return sectionHtml({
    id: "fencing",
    title: "Fencing: who could switch off whom",
    seen: seenByLook(material),
    body:
      plan.fencing.fencers.length === 0
        ? note("The stack file has no device that fencers use: only its own watchdog stops a node.")
        : [
            table({
              label: "Who could switch off whom",
              isMatrix: true,
              head: ["by \u2193 whom \u2192", ...names],
              rows: names.map((by) => [
                by,
                ...names.map((node) => (by === node ? "" : cell(material, pairs, by, node))),
              ]),
            }),
            bullets(
              troubled.map(({ node, state }) => badge("bad", `${node}: its fencer is ${state}`)),
            ),
            bullets(watchdogOnly.map(onlyItsWatchdog)),
            html`<h3>Power devices, asked from ${madeOn} at ${moment(examination.atMs)}</h3>`,
            table({
              label: "Power devices",
              head: ["Node", "Device", "Answer"],
              rows: examination.observation.devices.map(({ device, outcome }) => [
                device.node,
                `${device.kind} ${device.address}`,
                answerOf(outcome),
              ]),
            }),
          ],
  });
}

function cell({ plan }: Material, pairs: Pairs, by: string, node: string): Piece {
  const of = pairs.filter((pair) => pair.by === by && pair.node === node);
  if (of.length > 0) {
    return of.map(
      ({ ok, kind, power, why, ageS }) =>
        html`<div>${badge(ok ? "good" : "bad", ok ? `${kind}, power ${power}` : `${kind}: ${why}`)} <span class="muted">${spanOf(ageS)} ago</span></div>`,
    );
  }
  return plan.fencing.watchdogOnly.includes(node)
    ? html`<span class="muted">watchdog alone</span>`
    : badge("unseen", "not seen");
}

function answerOf(outcome: DeviceAnswer["outcome"]): Html {
  switch (outcome.kind) {
    case "answered":
      return badge("good", `power ${outcome.state}`);
    case "failed":
      return badge("bad", outcome.why);
    case "no-secret":
      return badge("unseen", `not asked, its secret was not to be had: ${outcome.why}`);
    case "not-asked":
      return badge("unseen", "not asked from here");
  }
}
