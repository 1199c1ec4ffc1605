import { type Html, html } from "./html.js";

/** A moment, to the second, for people and programs. */
export function moment(ms: number): Html {
  const iso = new Date(ms).toISOString();
  return html`<time datetime="${iso}">${iso.slice(0, 10)} ${iso.slice(11, 19)} UTC</time>`;
}

const UNITS = [
  { ms: 86_400_000, name: "d" },
  { ms: 3_600_000, name: "h" },
  { ms: 60_000, name: "min" },
] as const;

/** How long, in the largest unit of which there are two. */
export function duration(ms: number): string {
  const unit = UNITS.find((one) => ms >= 2 * one.ms);
  return unit === undefined ? seconds(ms / 1_000) : `${Math.round(ms / unit.ms)} ${unit.name}`;
}

export function seconds(value: number): string {
  return `${value < 10 ? value.toFixed(1) : Math.round(value)} s`;
}
